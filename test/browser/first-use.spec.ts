import assert from "node:assert/strict";
import { join } from "node:path";
import { startCharts } from "../../demo/charts/server";
import { startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { callEveryQueue } from "../support/contacts";
import { eventually, freePort, NodeRedProcess, runtimeName } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";

/** With FIRST_USE_PICTURES=<folder> every step is photographed there. */
const pictures = process.env["FIRST_USE_PICTURES"];

describe(`a new user with the README, ${runtimeName()}`, function () {
  this.timeout(600_000);

  it("gets from an empty Node-RED to a chart: import, two config nodes, test, deploy", async () => {
    const genesys = await startGenesysSimulator({ clientId: "client", clientSecret: "secret", queues: 4 });
    callEveryQueue(genesys);
    const influx = await startInfluxEndpoint({ token: "token", org: "demo", buckets: ["demo"] });
    const nodeRed = await NodeRedProcess.start();
    const editor = await Editor.open(nodeRed);
    const { page } = editor;
    const started = Date.now();
    let step = 0;
    const show = async (what: string) => {
      if (!pictures) return;
      console.log(`      ${((Date.now() - started) / 1_000).toFixed(1)} s: ${what}`);
      await page.screenshot({ path: join(pictures, `${++step}.png`) });
    };
    try {
      await page.keyboard.press("Control+i");
      const dialog = page.locator(".ui-dialog:visible");
      await dialog.getByRole("link", { name: "Examples" }).click();
      await dialog.getByText("@contact-metrics/node-red-genesys-influx").click();
      await dialog.getByText("01 - Write-ahead collector").click();
      await show("the example is chosen");
      await page.locator("#red-ui-clipboard-dialog-ok").click();
      const [poll] = await eventually("the imported poll", async () => {
        const ids = await editor.ids("genesys-queue-poll");
        return ids.length > 0 && ids;
      });
      const [write] = await editor.ids("influx-batch-write");

      await show("imported");
      await editor.edit(poll!);
      await page.click("#node-input-btn-genesys-edit");
      await editor.trayOpen();
      await page.selectOption("#node-config-input-region", "custom");
      await page.fill("#node-config-input-baseUrl", genesys.url);
      await page.fill("#node-config-input-clientId", "client");
      await page.fill("#node-config-input-clientSecret", "secret");
      const tested = page.locator(".gi-test-result");
      await page.click(".gi-test");
      await tested.locator("li").first().waitFor();
      assert.equal(await tested.locator(".fa-times").count(), 0, await tested.innerText());
      await show("a connection is tested");
      await editor.doneConfig();
      await editor.done();

      await editor.edit(write!);
      await page.click("#node-input-btn-influx-edit");
      await editor.trayOpen();
      await page.fill("#node-config-input-url", influx.url);
      await page.fill("#node-config-input-org", "demo");
      await page.fill("#node-config-input-bucket", "demo");
      await page.fill("#node-config-input-token", "token");
      await page.click(".gi-test");
      await tested.locator("li").first().waitFor();
      assert.equal(await tested.locator(".fa-times").count(), 0, await tested.innerText());
      await show("a connection is tested");
      await editor.doneConfig();
      assert.equal(await page.locator(".gi-wiring.gi-warning").count(), 0, "wired back to the buffer");
      await editor.done();

      await editor.deploy();
      await eventually("points of four queues", () => {
        const queues = influx.points().map(({ tags }) => Object.fromEntries(tags)["queueId"]);
        return new Set(queues).size === 4;
      });
      await show("points are there");

      const charts = await startCharts(influx, await freePort());
      try {
        const chart = await page.context().newPage();
        await chart.goto(charts.url);
        await chart.getByText(/^of the half hour since \d\d:\d\d$/).waitFor({ timeout: 60_000 });
        if (pictures) await chart.screenshot({ path: join(pictures, "chart.png") });
        await show("a chart of them");
        await chart.close();
      } finally {
        await charts.close();
      }

      // The same without the wires back to the buffer, and the dialog says what is missing.
      await page.evaluate((id) => {
        const { nodes } = RED as unknown as {
          nodes: { node(id: string): EditorNode; removeLink(link: object): void } & typeof RED.nodes;
        };
        for (const link of nodes.filterLinks({ source: nodes.node(id) })) nodes.removeLink(link);
      }, write!);
      await editor.edit(write!);
      assert.match(await page.innerText(".gi-wiring.gi-warning"), /output/i);
      await editor.cancel();
      assert.deepEqual(editor.errors, []);
    } finally {
      await editor.close();
      await nodeRed.dispose();
      await closeBrowser();
      await genesys.close();
      await influx.close();
    }
  });
});
