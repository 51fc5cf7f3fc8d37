import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { eventually, NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { genesysConfig, influxConfig } from "./support/parts";

/** With ANALYST_PICTURES=<folder> each step is photographed there, for people to look at. */
const pictures = process.env["ANALYST_PICTURES"];

describe(`an analyst, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let genesys: GenesysSimulator;
  let influx: InfluxEndpoint;
  let nodeRed: NodeRedProcess;
  let editor: Editor;

  before(async () => {
    if (pictures) mkdirSync(pictures, { recursive: true });
    genesys = await startGenesysSimulator({
      clientId: "client",
      clientSecret: "secret",
      queues: 6,
      agents: 8,
    });
    influx = await startInfluxEndpoint({ token: "token", org: "demo", buckets: ["demo"] });
    nodeRed = await NodeRedProcess.start({
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        genesysConfig("genesys", genesys.url),
        influxConfig("influx", influx.url),
        { id: "tick", type: "inject", z: "tab", repeat: "5", once: true, x: 100, y: 100, wires: [["poll"]] },
        {
          id: "poll",
          type: "genesys-analytics-poll",
          z: "tab",
          genesys: "genesys",
          x: 300,
          y: 100,
          wires: [["encode"]],
        },
        { id: "encode", type: "genesys-to-lineprotocol", z: "tab", x: 500, y: 100, wires: [["write"]] },
        {
          id: "write",
          type: "influx-batch-write",
          z: "tab",
          influx: "influx",
          flushInterval: "1",
          x: 700,
          y: 100,
          wires: [[], [], []],
        },
      ],
      credentials: { genesys: { clientId: "client", clientSecret: "secret" }, influx: { token: "token" } },
    });
    editor = await Editor.open(nodeRed);
  });
  after(async () => {
    await editor?.close();
    await nodeRed?.dispose();
    await closeBrowser();
    await genesys?.close();
    await influx?.close();
  });

  const photograph = async (name: string) => {
    if (pictures) await editor.page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  const picker = (property: string) => editor.page.locator(`#node-input-${property}-picker`);
  const pick = async (property: string, text: string) => {
    const field = picker(property).locator("input[role=combobox]");
    await field.fill(text);
    await picker(property).locator("[role=option]").first().waitFor();
    await photograph(`${property}-${text}`);
    await field.press("Enter");
    await field.press("Escape");
  };
  const chips = (property: string) => picker(property).locator(".gi-chip > span").allInnerTexts();

  it("picks a family, a grouping, metrics, a filter and a band by what they mean, sees line and cost, deploys, finds the points", async () => {
    const { page } = editor;
    await editor.edit("poll");
    await page.selectOption("#node-input-family", "flows");
    await page.locator(".gi-sample", { hasText: /^genesys_flows,/ }).waitFor();
    await pick("groupBy", "outcome of a flow");
    await pick("groupBy", "flowId");
    await pick("metrics", "nFlowOutcome");
    await pick("metrics", "length of flows that ended; booked");
    await pick("filter", "voice");
    await pick("views", "tFlow_below_20s");
    assert.deepEqual(
      [await chips("metrics"), await chips("filter"), await chips("views")],
      [["nFlowOutcome", "tFlow"], ["mediaType=voice"], ["tFlow_below_20s=tFlow:-20000"]],
    );
    assert.equal((await chips("groupBy")).length, 2);
    const sample = page.locator(".gi-sample", { hasText: /^genesys_flows_by_\w+,env=production,/ });
    const fields = /,mediaType=voice[, ].*nFlowOutcome_count=40i.*tFlow_below_20s_count=12i/;
    await sample.filter({ hasText: fields }).waitFor();

    // What is none of the family's is refused in words, and not added.
    const field = picker("filter").locator("input[role=combobox]");
    await field.fill("colour=blue");
    await field.press("Enter");
    await page.locator("#node-input-filter-row", { hasText: "with a dimension of this family" }).waitFor();
    await field.fill("");

    await page.locator("#genesys-analytics-poll-tabs").getByText("Time").click();
    await page.fill("#node-input-historyFrom", "P2D");
    const cost = page.locator(".gi-estimate");
    await cost.getByText(/History of 2 days: \d+ requests, about \d+ min/).waitFor();
    await photograph("time-and-cost");
    await editor.done();
    await photograph("done");
    await editor.deploy();

    // Not in every point: a flow may have had no outcome in a bucket.
    const point = await eventually("points of flows with outcomes", () =>
      influx
        .points()
        .filter(({ measurement }) => measurement.startsWith("genesys_flows_by_"))
        .find((found) => found.fields.some(([name]) => name === "nFlowOutcome_count")),
    );
    assert.equal(Object.fromEntries(point.tags)["mediaType"], "voice");
    // Two days of history come behind the polls.
    const oldest = Date.now() - 40 * 3_600_000;
    await eventually("history", () =>
      influx.points().some(({ timestampNs }) => Number(timestampNs / 1_000_000n) < oldest),
    );
    await photograph("deployed");

    // What was picked is shown by name when the dialog is opened again.
    await editor.edit("poll");
    assert.deepEqual(await chips("filter"), ["mediaType=voice"]);
    await editor.cancel();
    assert.deepEqual(editor.errors, []);
  });

  it("filters by the name of a flow, and is told which list the client may not read", async () => {
    const { page } = editor;
    genesys.missing.add("architect:flowOutcome:view");
    await editor.edit("poll");
    await picker("filter").locator("button[title]").first().click();
    const row = page.locator("#node-input-filter-row", { hasText: "no list of: flowOutcomeName" });
    await row.waitFor();
    // Filters take no patterns.
    assert.doesNotMatch(await row.innerText(), /any text/);
    await pick("filter", "main menu");
    assert.ok((await chips("filter")).includes("flowId=Main menu"));
    await editor.done();
    const [, saved] = (await editor.property("poll", "filter")) as string[];
    assert.match(saved!, /^flowId=[0-9a-f-]{36}$/);
    assert.deepEqual(editor.errors, []);
  });
});
