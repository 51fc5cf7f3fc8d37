import assert from "node:assert/strict";
import { eventually, runtimeName } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { genesysConfig, influxConfig, workspaceTypes } from "./support/parts";

/** A field of each node, what a user types into it, and what is saved. */
const fills: Record<
  string,
  { field: string; good: string; bad: string; reason: RegExp; tab?: number; query?: string }
> = {
  "genesys-queue-poll": {
    field: "lookback",
    good: "3",
    bad: "two",
    reason: /Not a number: use 0 to 96/,
    tab: 1,
  },
  "genesys-agent-poll": {
    field: "maxBackfill",
    good: "6",
    bad: "-1",
    reason: /Out of range: use 0 to/,
    query: "aggregates",
    tab: 1,
  },
  "genesys-analytics-poll": {
    field: "lookback",
    good: "7",
    bad: "2000",
    reason: /Out of range: use 0 to/,
    tab: 1,
  },
  "genesys-live": { field: "emitEvery", good: "2", bad: "61", reason: /Out of range: use 1 to 60/, tab: 1 },
  "genesys-to-lineprotocol": { field: "align", good: "PT5M", bad: "5m", reason: /Not a duration: .*PT30M/ },
  "wal-buffer": { field: "maxSizeMB", good: "64", bad: "0", reason: /Out of range: use 1 to/ },
  "influx-batch-write": { field: "batchSize", good: "100", bad: "1.5", reason: /whole number/ },
  "collector-health": { field: "staleAfter", good: "60", bad: "soon", reason: /Not a number/ },
};

describe(`nodes in the editor, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let editor: Editor;

  before(async () => {
    editor = await Editor.start({
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        genesysConfig("genesys", "http://127.0.0.1:9"),
        influxConfig("influx", "http://127.0.0.1:9"),
      ],
      credentials: { genesys: { clientId: "client", clientSecret: "secret" }, influx: { token: "token" } },
    });
  });
  after(async () => {
    await editor?.dispose();
    await closeBrowser();
  });
  afterEach(() => {
    assert.deepEqual(editor.errors.splice(0), []);
  });

  it("stand in a category of their own, in muted colours", async () => {
    const types = await editor.page
      .locator(
        '.red-ui-palette-category[id*="genesys_influx"] .red-ui-palette-node, [id="red-ui-palette-container-genesys_influx"] .red-ui-palette-node, [id="red-ui-palette-container-genesys influx"] .red-ui-palette-node',
      )
      .evaluateAll((nodes) => [...new Set(nodes.map((node) => node.getAttribute("data-palette-type")))]);
    assert.deepEqual(types.sort(), [...workspaceTypes].sort());
  });

  for (const type of workspaceTypes) {
    it(`${type}: from the palette, filled in, deployed, opened again`, async () => {
      const { field, good, bad, reason, tab, query } = fills[type] ?? assert.fail(`no values for ${type}`);
      const page = editor.page;
      const id = await editor.addFromPalette(type, { x: 200, y: 80 + 60 * workspaceTypes.indexOf(type) });
      await editor.edit(id);
      if (query) await page.selectOption("#node-input-query", query);
      for (const connection of ["genesys", "influx"]) {
        const select = page.locator(`select#node-input-${connection}`);
        if ((await select.count()) > 0) await select.selectOption(connection);
      }
      if (tab) await page.locator(".gi-dialog [role=tab]").nth(tab).click();
      const input = page.locator(`#node-input-${field}`);
      await input.fill(bad);
      const shown = page.locator(`#node-input-${field}-reason`);
      await shown.waitFor({ state: "visible" });
      assert.match(await shown.innerText(), reason);
      assert.equal(await input.getAttribute("aria-invalid"), "true");
      await input.fill("${FROM_ENVIRONMENT}");
      await shown.waitFor({ state: "hidden" });
      await input.fill(good);
      await shown.waitFor({ state: "hidden" });
      await editor.done();
      await eventually("valid", async () => (await editor.property(id, "valid")) === true);
      await editor.deploy();
      await editor.edit(id);
      assert.equal(await input.inputValue(), good);
      await editor.cancel();
      assert.equal(await page.evaluate(() => RED.nodes.dirty()), false, "Cancel changes nothing");
    });
  }

  it("a wrong value marks the node and says why", async () => {
    const [id = ""] = await editor.ids("collector-health");
    await editor.edit(id);
    await editor.page.fill("#node-input-staleAfter", "soon");
    await editor.done();
    await eventually("not valid", async () => (await editor.property(id, "valid")) === false);
    const errors = (await editor.property(id, "validationErrors")) as string[];
    assert.match(errors.join(), /Not a number/);
    await editor.edit(id);
    await editor.page.fill("#node-input-staleAfter", "60");
    await editor.done();
  });

  it("config nodes open from the node that uses them, and keep their secrets", async () => {
    const page = editor.page;
    const [id = ""] = await editor.ids("genesys-queue-poll");
    await editor.edit(id);
    await page.click("#node-input-btn-genesys-edit");
    await editor.trayOpen();
    assert.equal(await page.inputValue("#node-config-input-clientId"), "client");
    assert.equal(await page.inputValue("#node-config-input-clientSecret"), "__PWRD__");
    assert.equal(
      await page.getAttribute("#node-config-input-clientSecret", "placeholder"),
      "GENESYS_CLIENT_SECRET",
    );
    await page.fill("#node-config-input-baseUrl", "ftp://wrong");
    await page.locator("#node-config-input-baseUrl-reason", { hasText: "http" }).waitFor();
    await page.fill("#node-config-input-baseUrl", "http://127.0.0.1:9");
    await editor.doneConfig();
    await editor.cancel();
  });

  it("say on the workspace what they do", async () => {
    for (const label of [
      "all queues · 30 min",
      "all agents · 30 min",
      "write 100 lines · 30 s",
      "buffer 64 MB",
    ])
      await eventually(label, async () => (await labels(editor)).includes(label));
  });

  it("say of how many queues and agents, one as one", async () => {
    const cases: [string, object, string][] = [
      ["genesys-live", { source: "queues", queues: [] }, "live: all queues"],
      ["genesys-live", { source: "queues", queues: ["A"] }, "live: 1 queue"],
      ["genesys-live", { source: "queues", queues: ["A", "B"] }, "live: 2 queues"],
      ["genesys-live", { source: "agents", agents: ["A"], queues: ["B"] }, "live: 1 agent"],
      ["genesys-live", { source: "agents", queues: ["A"] }, "live: agents of 1 queue"],
      ["genesys-agent-poll", { query: "activity", queues: ["A"] }, "agents of 1 queue · live"],
      ["genesys-agent-poll", { query: "activity", agents: ["A", "B"] }, "2 agents · live"],
    ];
    for (const [type, settings, expected] of cases) {
      const label = await editor.page.evaluate(
        ([name, values]) => {
          const { nodes } = RED as unknown as {
            nodes: { getType(type: string): { label: (this: object) => string } };
          };
          return nodes.getType(name).label.call({ type: name, ...values });
        },
        [type, settings] as const,
      );
      assert.equal(label, expected, JSON.stringify(settings));
    }
  });

  it("show their help", async () => {
    for (const type of workspaceTypes) {
      const help = await editor.page.evaluate((wanted) => {
        const { nodes } = RED as unknown as { nodes: { getNodeHelp(type: string): string } };
        return nodes.getNodeHelp(wanted);
      }, type);
      assert.match(help, /<h3>Properties<\/h3>/, type);
    }
  });
});

async function labels(editor: Editor): Promise<string[]> {
  const texts = await editor.page.locator(".red-ui-flow-node-label").allTextContents();
  return texts.map((text) => text.replaceAll("\u00a0", " ").trim());
}
