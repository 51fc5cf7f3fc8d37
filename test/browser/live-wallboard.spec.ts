import { join } from "node:path";
import { runtimeName } from "../support/node-red";
import { type DashboardRun, startDashboard } from "./support/dashboard";
import { closeBrowser, Editor } from "./support/editor";
import { root } from "./support/parts";

const file = join(root, "examples/09 - Live wallboard.json");

describe(`the live wallboard example, ${runtimeName()}`, function () {
  this.timeout(600_000);
  let run: DashboardRun;

  before(async () => {
    run = await startDashboard(file);
  });
  after(async () => {
    await run?.close();
    await closeBrowser();
  });

  let serial = 9_000_000;
  /** Callers who wait in a queue from now on. */
  function arrive(index: number, count: number): void {
    const { organisation, history } = run.genesys;
    const queue = organisation.queue(index);
    const at = Date.now();
    for (let i = 0; i < count; i++) {
      history.addConversation({
        ...{ queue, media: "voice", offeredAt: at, waitEndsAt: at + 600_000, patienceMs: 600_000 },
        ...{ alertMs: 0, talkMs: 0, heldMs: 0, acwMs: 0, outcome: "abandoned", missed: [] },
        serial: serial++,
      });
    }
  }

  it("moves with an event of Genesys Cloud", async () => {
    const { genesys, nodeRed } = run;
    const editor = await Editor.open(nodeRed, { size: { width: 1280, height: 800 } });
    try {
      const { page } = editor;
      await page.goto(`${nodeRed.url}/dashboard/live`);
      await page.getByText("Longest wait now").waitFor();
      await page.getByText(/\d+ (ready|with a customer|off queue)/).waitFor({ timeout: 60_000 });
      if (process.env["UPDATE_PICTURES"]) {
        // Of a wallboard that has moved: some more wait in every second queue.
        for (let index = 1; index < 8; index += 2) arrive(index, index + 2);
        await page.getByText(`${genesys.organisation.queue(7).name}: `).waitFor();
        await page.screenshot({ path: file.replace(/\.json$/, ".png") });
      }
      const queue = genesys.organisation.queue(0);
      const at = Date.now();
      arrive(0, 700);
      await page.getByText(new RegExp(`${queue.name}: 7\\d\\d`)).waitFor({ timeout: 60_000 });
      console.log(`        on the wall ${Date.now() - at} ms after the event`);
    } finally {
      await editor.close();
    }
  });
});
