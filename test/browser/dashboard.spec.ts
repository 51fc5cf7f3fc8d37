import assert from "node:assert/strict";
import { join } from "node:path";
import { runtimeName } from "../support/node-red";
import { type DashboardRun, startDashboard } from "./support/dashboard";
import { closeBrowser, Editor } from "./support/editor";
import { root } from "./support/parts";

const file = join(root, "examples/05 - Dashboard.json");

describe(`the dashboard example, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let run: DashboardRun;

  before(async () => {
    run = await startDashboard(file);
  });
  after(async () => {
    await run?.close();
    await closeBrowser();
  });

  it("is valid in the editor, and shows the contact centre's figures", async () => {
    const editor = await Editor.open(run.nodeRed, { size: { width: 2000, height: 900 } });
    try {
      const { page } = editor;
      const invalid = await page.evaluate(() => {
        const found: string[] = [];
        RED.nodes.eachNode((node) => {
          if (node.valid === false) found.push(`${node.type}: ${JSON.stringify(node["validationErrors"])}`);
        });
        return found;
      });
      assert.deepEqual(invalid, []);
      assert.deepEqual(editor.errors, []);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${run.nodeRed.url}/dashboard/contact-centre`);
      await page.getByText("Longest wait").waitFor();
      await page
        .getByText(/(running|degraded), last answer of Genesys at \d\d:\d\d:\d\d/)
        .waitFor({ timeout: 60_000 });
      await page.getByText(/\d+ (ready|with a customer|off queue)/).waitFor({ timeout: 60_000 });
      await page.getByText(/since \d\d:\d\d: \d+ offered/).waitFor({ timeout: 90_000 });
      await page.getByText(/^\d+:\d\d min$/).waitFor();
      if (process.env["UPDATE_PICTURES"]) await page.screenshot({ path: file.replace(/\.json$/, ".png") });
    } finally {
      await editor.close();
    }
  });
});
