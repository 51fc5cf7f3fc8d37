import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { NodeRedProcess, runtimeName, type NodeRedOptions } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { root } from "./support/parts";

const file = join(root, "examples/05 - Dashboard.json");
type Flow = NonNullable<NodeRedOptions["flows"]>;

describe(`the dashboard example, ${runtimeName()}`, function () {
  this.timeout(300_000);
  let genesys: Awaited<ReturnType<typeof startGenesysSimulator>>;
  let nodeRed: NodeRedProcess;

  before(async () => {
    genesys = await startGenesysSimulator({ clientId: "client", clientSecret: "secret" });
    const env = {
      GENESYS_BASE_URL: genesys.url,
      GENESYS_ENV_ID: "demo",
      GENESYS_CLIENT_ID: "client",
      GENESYS_CLIENT_SECRET: "secret",
    };
    nodeRed = await NodeRedProcess.start({ env });
    await nodeRed.stop();
    const flows = JSON.parse(readFileSync(file, "utf8")) as Flow;
    const modules = flows.find(({ type }) => type === "global-config")?.["modules"] as Record<string, string>;
    const wanted = Object.entries(modules).map(([name, version]) => `${name}@${version}`);
    execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...wanted], {
      cwd: nodeRed.userDir,
      stdio: ["ignore", "ignore", "inherit"],
    });
    nodeRed = await NodeRedProcess.start({ env, flows, userDir: nodeRed.userDir });
  });
  after(async () => {
    await nodeRed?.dispose();
    await closeBrowser();
    await genesys?.close();
  });

  it("is valid in the editor, and shows the contact centre's figures", async () => {
    const editor = await Editor.open(nodeRed, { size: { width: 2000, height: 900 } });
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
      await page.goto(`${nodeRed.url}/dashboard/contact-centre`);
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
