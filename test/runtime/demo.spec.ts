import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Figures } from "../../demo/charts/figures";
import { eventually } from "../support/node-red";

const root = resolve(__dirname, "../..");

describe("npm run demo", function () {
  this.timeout(300_000);

  it("has points, answers health, and leaves nothing behind on Ctrl-C", async () => {
    const environment = Object.entries(process.env).filter(([name]) => !/^(GENESYS|INFLUX)_/.test(name));
    const demo = spawn(process.execPath, ["--import", "tsx", "demo/start.ts"], {
      cwd: root,
      env: Object.fromEntries(environment),
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    demo.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const ended = once(demo, "exit");
    try {
      await eventually("the demo's addresses", () => printed.includes("Ctrl-C"));
      const address = (what: string) => new RegExp(`${what} +(\\S+)`).exec(printed)![1]!;
      const ask = (url: string) => fetch(url, { headers: { connection: "close" } });

      await eventually("points in the store", async () => {
        const answer = await ask(`${address("Points")}points`);
        return ((await answer.json()) as { points: unknown[] }).points.length > 0;
      });
      await eventually("charts of six hours, and of now", async () => {
        const figures = (await (await ask(`${address("Charts")}figures.json`)).json()) as Figures;
        return figures.halfHours.length >= 12 && figures.queues.length > 0 && figures.agents["INTERACTING"];
      });
      const page = await (await ask(address("Charts"))).text();
      assert.match(page, /src="page.js"/);
      assert.equal((await ask(`${address("Charts")}page.js`)).status, 200);

      const answer = await eventually("good health", async () => {
        const health = await ask(address("Health"));
        return health.status === 200 && ((await health.json()) as Record<string, unknown>);
      });
      assert.deepEqual(Object.keys(answer).slice(0, 5), [
        "status",
        "last_poll_time",
        "last_write_latency_ms",
        "wal_pending",
        "errors",
      ]);
      assert.match(await (await ask(address("Editor"))).text(), /Node-RED/);

      const file = address("In a file");
      assert.ok(existsSync(file));
      demo.kill("SIGINT");
      const [code] = (await ended) as [number | null];
      assert.equal(code, 0);
      for (const what of ["Charts", "Editor", "Points", "Genesys"])
        await assert.rejects(ask(address(what)), what);
      assert.ok(!existsSync(file));
    } finally {
      demo.kill("SIGKILL");
    }
  });
});
