import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { NodeRedProcess, runtimeName, type NodeRedOptions } from "../support/node-red";
import { closeBrowser, Editor } from "./support/editor";
import { root } from "./support/parts";

const file = join(root, "examples/09 - Live wallboard.json");
type Flow = NonNullable<NodeRedOptions["flows"]>;

describe(`the live wallboard example, ${runtimeName()}`, function () {
  this.timeout(300_000);
  let genesys: GenesysSimulator;
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

  it("moves with an event of Genesys Cloud", async () => {
    const editor = await Editor.open(nodeRed, { size: { width: 1280, height: 800 } });
    try {
      const { page } = editor;
      await page.goto(`${nodeRed.url}/dashboard/live`);
      await page.getByText("Longest wait now").waitFor();
      await page.getByText(/\d+ (ready|with a customer|off queue)/).waitFor({ timeout: 60_000 });
      if (process.env["UPDATE_PICTURES"]) await page.screenshot({ path: file.replace(/\.json$/, ".png") });
      const queue = genesys.organisation.queue(0);
      const at = Date.now();
      for (let serial = 0; serial < 700; serial++) {
        genesys.history.addConversation({
          ...{ queue, media: "voice", offeredAt: at, waitEndsAt: at + 600_000, patienceMs: 600_000 },
          ...{ alertMs: 0, talkMs: 0, heldMs: 0, acwMs: 0, outcome: "abandoned", missed: [] },
          serial: 9_000_000 + serial,
        });
      }
      await page.getByText(new RegExp(`${queue.name}: 7\\d\\d`)).waitFor({ timeout: 30_000 });
      console.log(`        on the wall ${Date.now() - at} ms after the event`);
    } finally {
      await editor.close();
    }
  });
});
