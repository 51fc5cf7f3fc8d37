import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Figures } from "../../demo/charts/figures";
import { eventually } from "../support/node-red";
import { closeBrowser, openPage } from "./support/editor";
import { root } from "./support/parts";

describe("the demo's page", function () {
  this.timeout(600_000);
  after(closeBrowser);

  it("shows full charts of stored points, without an error", async () => {
    const environment = Object.entries(process.env).filter(([name]) => !/^(GENESYS|INFLUX)_/.test(name));
    const demo = spawn(process.execPath, ["--import", "tsx", "demo/start.ts"], {
      cwd: root,
      env: Object.fromEntries(environment),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(demo, "exit");
    let printed = "";
    demo.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    try {
      await eventually("the demo's addresses", () => printed.includes("Ctrl-C"), 120_000);
      const page = await openPage({ width: 1180, height: 760 });
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      const address = /Charts +(\S+)/.exec(printed)![1]!;
      await eventually(
        "six hours of history",
        async () => {
          const figures = (await (await fetch(`${address}figures.json`)).json()) as Figures;
          return figures.halfHours.length > 12;
        },
        120_000,
      );
      await page.goto(address);
      await page.getByText(/^of the half hour since \d\d:\d\d$/).waitFor({ timeout: 60_000 });
      await page.getByText(/^(nobody waits|the longest for )/).waitFor({ timeout: 60_000 });
      await page.getByText(/^\d+ offered$/).waitFor();
      await page.getByText(/more are signed out/).waitFor({ timeout: 60_000 });
      const queues = await eventually("a row for each of twelve queues", async () => {
        const rows = await page.locator("#queues tr").allInnerTexts();
        return rows.length === 12 && rows;
      });
      assert.doesNotMatch(queues.join("\n"), /[0-9a-f]{8}-[0-9a-f]{4}/, "names, not ids");
      if (process.env["UPDATE_PICTURES"])
        await page.screenshot({ path: join(root, "docs/images/demo.png"), fullPage: true });
      assert.deepEqual(errors, []);
      await page.context().close();
    } finally {
      demo.kill("SIGINT");
      await ended;
    }
  });
});
