import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FOR_NODE_20 } from "../../demo/examples/jetstream";
import { REDIS_CLIENT } from "../../demo/examples/two-pollers";
import { startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { environmentOf } from "../support/environment";
import { NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { root } from "./support/parts";

const folder = join(root, "examples");
/** The dashboard needs nodes of another package; see dashboard.spec.ts and live-wallboard.spec.ts. */
const examples = readdirSync(folder).filter(
  (file) => file.endsWith(".json") && !/dashboard|wallboard/i.test(file),
);
/** With UPDATE_PICTURES=1 the pictures beside the examples are made anew. */
const pictures = process.env["UPDATE_PICTURES"] ? folder : undefined;
/** A picture shows the whole flow; otherwise what people have. */
const size = pictures ? { width: 1700, height: 1300 } : { width: 1440, height: 1050 };

describe(`examples, imported through the editor, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let genesys: Awaited<ReturnType<typeof startGenesysSimulator>>;
  let influx: Awaited<ReturnType<typeof startInfluxEndpoint>>;
  let nodeRed: NodeRedProcess;

  before(async () => {
    genesys = await startGenesysSimulator({ clientId: "client", clientSecret: "secret" });
    influx = await startInfluxEndpoint({ token: "token", org: "demo", buckets: ["demo"] });
    nodeRed = await NodeRedProcess.start({
      modules: [...FOR_NODE_20.split(" "), REDIS_CLIENT],
      env: environmentOf(genesys, influx, "demo", "demo"),
    });
  });
  after(async () => {
    await nodeRed?.dispose();
    await closeBrowser();
    await genesys?.close();
    await influx?.close();
  });

  for (const file of examples) {
    it(`${file}: imported from the menu, valid, deployed, without an error`, async () => {
      await nodeRed.deploy([]);
      const editor = await Editor.open(nodeRed, { size });
      try {
        const flow = readFileSync(join(folder, file), "utf8");
        const listed = await nodeRed.request(
          `/library/examples/flows/@contact-metrics/node-red-genesys-influx/${encodeURIComponent(file.replace(/\.json$/, ""))}`,
        );
        assert.deepEqual(await listed.json(), JSON.parse(flow), "the import dialog offers it");
        await editor.page.evaluate((text) => {
          const { view } = RED as unknown as { view: { importNodes(nodes: string, options: object): void } };
          view.importNodes(text, { addFlow: false, touchImport: true, generateIds: false });
          const { workspaces } = RED as unknown as { workspaces: { show(id: string): void } };
          const [tab] = JSON.parse(text) as Array<{ id: string }>;
          if (tab) workspaces.show(tab.id);
        }, flow);
        const invalid = await editor.page.evaluate(() => {
          const found: string[] = [];
          RED.nodes.eachNode((node) => {
            if (node.valid === false) found.push(`${node.type}: ${JSON.stringify(node["validationErrors"])}`);
          });
          return found;
        });
        assert.deepEqual(invalid, []);
        await editor.deploy();
        await editor.page.waitForFunction(() => {
          const polls: EditorNode[] = [];
          RED.nodes.eachNode((node) => {
            if (/^genesys-.*-poll$/.test(node.type)) polls.push(node);
          });
          return polls.every(({ status }) =>
            /rows/.test((status as { text?: string } | undefined)?.text ?? ""),
          );
        });
        if (pictures) await settled(editor);
        if (pictures) await picture(editor, join(pictures, file.replace(/\.json$/, ".png")));
        assert.deepEqual(editor.errors, []);
      } finally {
        await editor.close();
      }
    });
  }
});

/** Waits until the nodes show what they do; where a broker is missing they never do. */
async function settled({ page }: Editor): Promise<void> {
  const shown = page.waitForFunction(
    () => {
      const waiting: string[] = [];
      RED.nodes.eachNode(({ type, status }) => {
        const text = (status as { text?: string } | undefined)?.text ?? "";
        if (/^(genesys|wal|collector)-/.test(type) && /^(ready|connecting|opening|starting)$/.test(text))
          waiting.push(type);
      });
      return waiting.length === 0;
    },
    undefined,
    { timeout: 30_000 },
  );
  await shown.catch(() => undefined);
}

/** The flow as the editor draws it, without what stands around it. */
async function picture(editor: Editor, path: string): Promise<void> {
  mkdirSync(join(path, ".."), { recursive: true });
  const { page } = editor;
  await page.keyboard.press("Escape");
  await page.addStyleTag({ content: ".red-ui-notification { display: none }" });
  const box = await page.evaluate(() => {
    const rects = [...document.querySelectorAll(".red-ui-flow-node, .red-ui-flow-group-outline")].map(
      (element) => element.getBoundingClientRect(),
    );
    const left = Math.min(...rects.map(({ left: x }) => x));
    const top = Math.min(...rects.map(({ top: y }) => y));
    const right = Math.max(...rects.map(({ right: x }) => x));
    const bottom = Math.max(...rects.map(({ bottom: y }) => y));
    return { x: left - 20, y: top - 20, width: right - left + 40, height: bottom - top + 50 };
  });
  await page.screenshot({ path, clip: box });
}
