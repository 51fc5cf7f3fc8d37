import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { root } from "./support/parts";

const EXAMPLE = "01 - Write-ahead collector.json";
const [CLIENT_ID, CLIENT_SECRET] = ["GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"] as const;
const GENESYS = [CLIENT_ID, CLIENT_SECRET];
const INFLUX = ["INFLUX_URL", "INFLUX_ORG", "INFLUX_TOKEN"];

/** Without those of Node-RED 5's own debug sidebar, which stumbles over messages while the editor loads the flows. */
const errorsOf = ({ errors }: Editor) =>
  errors.filter((error) => !/RED\.comms\.subscribe|handleDebugMessage/.test(error));

describe(`an example with nothing filled in, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let nodeRed: NodeRedProcess;
  let editor: Editor;

  before(async () => {
    nodeRed = await NodeRedProcess.start();
    editor = await Editor.open(nodeRed);
    await importExample();
  });
  after(async () => {
    await editor?.close();
    await nodeRed?.dispose();
    await closeBrowser();
  });

  const importExample = () =>
    editor.page.evaluate(
      (text) => {
        const { view } = RED as unknown as { view: { importNodes(nodes: string, options: object): void } };
        view.importNodes(text, { addFlow: false, touchImport: true, generateIds: false });
      },
      readFileSync(join(root, "examples", EXAMPLE), "utf8"),
    );

  /** The variables that the marks of our nodes name, by type; "" where a node is marked for its config node. */
  const marked = () =>
    editor.page.evaluate(() => {
      const found: Record<string, string[]> = {};
      const look = (node: EditorNode) => {
        if (node.valid !== false) return;
        const errors = node["validationErrors"] as string[];
        found[node.type] = errors.join().match(/[A-Z]+(?:_[A-Z]+)+/g) ?? [];
      };
      RED.nodes.eachNode(look);
      RED.nodes.eachConfig(look);
      return found;
    });
  const eventuallyMarked = async (expected: Record<string, string[]>) => {
    let last: unknown;
    await eventually(`marks ${JSON.stringify(expected)}`, async () => {
      last = await marked();
      return JSON.stringify(sorted(last as typeof expected)) === JSON.stringify(sorted(expected));
    }).catch((error: unknown) => assert.deepEqual(last, expected, String(error)));
  };
  const idOf = async (type: string) => {
    const id = await editor.page.evaluate((wanted) => {
      let found = "";
      RED.nodes.eachConfig((node) => {
        if (node.type === wanted) found = node.id;
      });
      return found;
    }, type);
    assert.ok(id, type);
    return id;
  };

  it("marks every node that lacks something, and says what, before and after Deploy", async () => {
    const all = {
      "genesys-config": GENESYS,
      "genesys-queue-poll": [],
      "influx-config": INFLUX,
      "influx-batch-write": [],
    };
    await eventuallyMarked(all);
    await editor.deploy();
    await editor.reload();
    await eventuallyMarked(all);
  });

  it("says so in the dialog, at the field", async () => {
    await editor.edit(await idOf("genesys-config"));
    for (const [property, variable] of [
      ["clientId", CLIENT_ID],
      ["clientSecret", CLIENT_SECRET],
    ] as const) {
      await editor.page.locator(`#node-config-input-${property}-reason`, { hasText: variable }).waitFor();
      await editor.page.fill(`#node-config-input-${property}`, "filled");
      assert.equal(await editor.page.getAttribute(`#node-config-input-${property}`, "aria-invalid"), "false");
    }
    await editor.doneConfig();
    await eventuallyMarked({ "influx-config": INFLUX, "influx-batch-write": [] });
  });

  it("marks nothing any more that is filled in: deployed, loaded again, opened and left", async () => {
    await editor.edit(await idOf("influx-config"));
    await editor.page.fill("#node-config-input-url", "http://127.0.0.1:9");
    await editor.page.fill("#node-config-input-org", "demo");
    await editor.page.fill("#node-config-input-token", "token");
    await editor.doneConfig();
    await eventuallyMarked({});
    const answers = [await idOf("genesys-config"), await idOf("influx-config")].map((id) =>
      editor.page.waitForResponse((response) => response.url().endsWith(`/${id}`)),
    );
    await editor.deploy();
    await Promise.all(answers);
    await eventuallyMarked({});
    const again = editor.page.waitForResponse((response) =>
      /\/credentials\/genesys-config\//.test(response.url()),
    );
    assert.deepEqual(errorsOf(editor), []);
    await editor.reload();
    await again;
    await eventuallyMarked({});
    await editor.edit(await idOf("genesys-config"));
    await editor.cancelConfig();
    await eventuallyMarked({});
    assert.deepEqual(errorsOf(editor), []);
  });
});

const sorted = (marks: Record<string, string[]>) => Object.entries(marks).sort();

describe(`an example whose variables are set, ${runtimeName()}`, function () {
  this.timeout(600_000);

  it("marks nothing", async () => {
    const nodeRed = await NodeRedProcess.start({
      flows: JSON.parse(readFileSync(join(root, "examples", EXAMPLE), "utf8")) as never,
      env: Object.fromEntries([...GENESYS, ...INFLUX].map((name) => [name, "http://127.0.0.1:9"])),
    });
    const editor = await Editor.open(nodeRed);
    try {
      // Once the answers are there, nothing is left that could be marked later.
      await eventually("both are asked for", async () =>
        editor.page.evaluate(
          () =>
            performance
              .getEntriesByType("resource")
              .filter(({ name }) => /\/credentials\/\w+-config\//.test(name)).length === 2,
        ),
      );
      const invalid = await editor.page.evaluate(() => {
        const found: string[] = [];
        RED.nodes.eachConfig((node) => {
          if (node.valid === false) found.push(`${node.type}: ${String(node["validationErrors"])}`);
        });
        return found;
      });
      assert.deepEqual(invalid, []);
      assert.deepEqual(errorsOf(editor), []);
    } finally {
      await editor.close();
      await nodeRed.dispose();
      await closeBrowser();
    }
  });
});
