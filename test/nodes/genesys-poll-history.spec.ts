import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { HealthRegistry, healthRegistry } from "../../lib/health/registry";
import { bufferIsBusy } from "../../lib/node-red/poll/buffer-is-busy";
import type { GenesysInfo } from "../../lib/terms/messages";
import genesysConfig from "../../nodes/genesys-config/genesys-config";
import genesysQueuePoll from "../../nodes/genesys-queue-poll/genesys-queue-poll";
import { eventually } from "../support/node-red";
import { helper, load, nextMessage, receive } from "../support/helper";

const HOUR = 3_600_000;

describe("genesys-queue-poll and history", () => {
  let simulator: GenesysSimulator;
  let userDir: string;
  beforeEach(async () => {
    simulator = await startGenesysSimulator({ queues: 2, agents: 2 });
    userDir = mkdtempSync(join(tmpdir(), "node-red-"));
    helper.settings({ userDir });
    await load(
      [genesysConfig, genesysQueuePoll],
      [
        { id: "tab", type: "tab" },
        { id: "cfg", type: "genesys-config", region: "custom", baseUrl: simulator.url, environment: "e" },
        { id: "history", z: "tab", type: "genesys-queue-poll", genesys: "cfg", wires: [["out"]] },
        {
          id: "past",
          z: "tab",
          type: "genesys-queue-poll",
          genesys: "cfg",
          historyFrom: "P1D",
          wires: [["out"]],
        },
        { id: "out", z: "tab", type: "helper" },
        { id: "c1", z: "tab", type: "catch", scope: null, wires: [["caught"]] },
        { id: "caught", z: "tab", type: "helper" },
      ],
      { cfg: { clientId: simulator.clientId, clientSecret: simulator.clientSecret } },
    );
  });
  afterEach(async () => {
    await helper.unload();
    helper.settings({});
    await simulator.close();
    rmSync(userDir, { recursive: true });
  });

  const infoOf = (message: unknown) => (message as { genesys: GenesysInfo }).genesys;
  const report = (node = "history") => healthRegistry.reports("tab").find(({ id }) => id === node)!;

  it("tells what was asked, and takes what is about the poll itself off the message", async () => {
    const answer = nextMessage("out");
    receive("history", { topic: "tick", settledUntil: new Date().toISOString(), settledQuery: "another" });
    const message = await answer;
    assert.deepEqual(
      ["settledUntil", "settledQuery", "load"].filter((name) => name in message),
      [],
    );
    const { kind, granularity, timeZone, groupBy, reason, query, complete, metrics, settledUntil } =
      infoOf(message);
    assert.deepEqual(
      [kind, granularity, timeZone, groupBy, reason, complete],
      ["queue-aggregates", "PT30M", "UTC", ["queueId", "mediaType"], "poll", true],
    );
    assert.match(query!, /^[0-9a-f]{32}$/);
    assert.ok(metrics!.includes("nOffered") && Date.parse(settledUntil!) < Date.now());
  });

  it("loads a range in messages of its own, and does not poll for it", async () => {
    const to = Math.floor(Date.now() / HOUR) * HOUR - 24 * HOUR;
    const answer = nextMessage("out");
    receive("history", {
      topic: "mine",
      load: { from: new Date(to - 3 * HOUR).toISOString(), to: new Date(to).toISOString() },
    });
    const message = await answer;
    const { reason, interval } = infoOf(message);
    assert.equal(reason, "load");
    assert.deepEqual([Date.parse(interval!.start), Date.parse(interval!.end)], [to - 3 * HOUR, to]);
    assert.deepEqual(
      ["load", "topic"].filter((name) => name in message),
      [],
    );
    assert.ok(existsSync(join(userDir, "genesys-influx", "polls", "history", "checkpoint.json")));
  });

  it("no longer shows a history that is loaded", async () => {
    const loaded = new Promise<void>((resolve) => {
      helper.getNode("out").on("input", (message: unknown) => {
        if (infoOf(message).reason === "load") resolve();
      });
    });
    receive("past", {});
    await loaded;
    await eventually("the rows of the poll", () => report("past").message.includes("rows"), 20_000);
  });

  it("tells Catch nodes and its status what is wrong with a load, and polls on", async () => {
    const caught = nextMessage("caught");
    receive("history", { load: { from: "soon", to: "later" } });
    const { error } = (await caught) as unknown as { error: { message: string } };
    assert.match(error.message, /msg.load.from must be a time in ISO 8601/);
    assert.equal(report().state, "degraded");
    const answer = nextMessage("out");
    receive("history", {});
    assert.equal(infoOf(await answer).reason, "poll");
    while (report().state === "busy") await new Promise((resolve) => setImmediate(resolve));
    assert.equal(report().state, "running");
  });
});

describe("older buckets wait for a buffer of the runtime", () => {
  for (const [what, details, figures, words] of [
    ["that is paused", { state: "paused", maxBytes: 1_000 }, {}, /buffer "Log" is paused/],
    ["that is backing off", { state: "backing-off", maxBytes: 1_000 }, {}, /buffer "Log" waits for InfluxDB/],
    ["that is a third full", { state: "sending", maxBytes: 1_000 }, { walBytes: 333 }, /"Log" is 33 % full/],
    ["that is hardly filled, not", { state: "sending", maxBytes: 1_000 }, { walBytes: 250 }, undefined],
  ] as const) {
    it(what, () => {
      const registry = new HealthRegistry();
      const reporter = registry.register({ id: "w", type: "wal-buffer", name: "Log", flow: "another tab" });
      reporter.details(details);
      reporter.set(figures);
      const reason = bufferIsBusy(registry);
      if (words) assert.match(reason!, words);
      else assert.equal(reason, undefined);
    });
  }
});
