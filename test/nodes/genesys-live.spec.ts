import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { healthRegistry } from "../../lib/health/registry";
import genesysConfig from "../../nodes/genesys-config/genesys-config";
import genesysLive from "../../nodes/genesys-live/genesys-live";
import { helper, load, nextMessage, receive } from "../support/helper";

describe("genesys-live", function () {
  // Much work for a busy machine.
  this.timeout(120_000);
  let simulator: GenesysSimulator;
  let userDir: string;
  beforeEach(async () => {
    simulator = await startGenesysSimulator({ queues: 4, agents: 10 });
    userDir = mkdtempSync(join(tmpdir(), "node-red-"));
    helper.settings({ userDir });
  });
  afterEach(async () => {
    await helper.unload();
    helper.settings({});
    await simulator.close();
    rmSync(userDir, { recursive: true });
  });

  const start = (live: object = {}, config: object = {}) =>
    load(
      [genesysConfig, genesysLive],
      [
        { id: "tab", type: "tab" },
        { id: "cfg", type: "genesys-config", baseUrl: simulator.url, environment: "prod", ...config },
        { id: "live", z: "tab", type: "genesys-live", genesys: "cfg", wires: [["out"]], ...live },
        { id: "out", z: "tab", type: "helper" },
        { id: "c1", z: "tab", type: "catch", scope: null, wires: [["caught"]] },
        { id: "caught", z: "tab", type: "helper" },
      ],
      { cfg: { clientId: simulator.clientId, clientSecret: simulator.clientSecret } },
    );
  const report = () => healthRegistry.reports("tab").find(({ id }) => id === "live")!;
  const reached = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const isLive = () => report().details["push"] === "live";

  interface LiveMessage {
    readonly payload: readonly { readonly group: Record<string, string> }[];
    readonly genesys: Record<string, unknown>;
  }

  it("sends whole rows of every queue at the start, and of what changes", async () => {
    await start();
    const { payload, genesys } = (await nextMessage("out")) as unknown as LiveMessage;
    assert.deepEqual(
      [genesys["kind"], genesys["reason"], genesys["complete"], genesys["environment"]],
      ["queue-observations", "push", true, "prod"],
    );
    assert.equal(new Set(payload.map(({ group }) => group["queueName"])).size, 4);
    await reached(isLive);
    const queue = simulator.organisation.queue(1);
    const at = Date.now();
    simulator.history.addConversation({
      ...{ queue, media: "voice", offeredAt: at, waitEndsAt: at + 600_000, patienceMs: 600_000 },
      ...{ alertMs: 0, talkMs: 0, heldMs: 0, acwMs: 0, outcome: "abandoned", missed: [], serial: 9_000_000 },
    });
    for (;;) {
      const next = (await nextMessage("out")) as unknown as LiveMessage;
      const row = next.payload.find(
        ({ group }) => group["queueId"] === queue.id && group["mediaType"] === "voice",
      );
      if (!row || !/"oLongestWaiting","stats":\{"count":1/.test(JSON.stringify(row))) continue;
      assert.match(JSON.stringify(row), /"oInteracting"/, "the whole row, not what changed alone");
      return;
    }
  });

  it("sends agents too, and takes a snapshot with any message", async () => {
    await start({ source: "agents" });
    await reached(isLive);
    const before = report().figures.polls ?? 0;
    receive("live", { topic: "now" });
    // Changes and ages of some may come first.
    for (let rows = 0; rows < 10;) {
      const { payload, genesys } = (await nextMessage("out")) as unknown as LiveMessage;
      assert.equal(genesys["kind"], "agent-activity");
      rows = payload.length;
    }
    await reached(() => (report().figures.polls ?? 0) > before);
  });

  it("shows channels and events, and counts as polling", async () => {
    const began = Date.now();
    await start();
    await reached(isLive);
    await reached(() => /status\.(live|quiet)$/.test(report().message));
    const { state, figures } = report();
    assert.equal(state, "running");
    assert.ok((figures.lastPollTime ?? 0) >= began - 1_000);
  });

  it("leaves no channel behind when it is deployed again, and remembers those that it made", async () => {
    await start();
    await reached(isLive);
    await helper.unload();
    const { channels } = simulator.notifications;
    await reached(() => simulator.notifications.connections.length === 0);
    assert.equal(channels.all.filter(({ subscriptions }) => subscriptions.length > 0).length, 0);
    const folder = join(userDir, "genesys-influx", "push");
    const [file = ""] = readdirSync(folder);
    assert.match(readFileSync(join(folder, file), "utf8"), /^\[\d{13}\]$/, "ends only, no secret");
  });

  it("says on Catch why a snapshot cannot be had", async () => {
    await start();
    await reached(isLive);
    simulator.missing.add("analytics:queueObservation:view");
    const caught = nextMessage("caught");
    receive("live", {});
    const { message } = (await caught)["error"] as { message: string };
    assert.match(message, /lack the permission analytics:queueObservation:view/);
    assert.equal(isLive(), true, "push goes on");
  });

  it("shows that it asks, while topics are rejected", async () => {
    simulator.missing.add("analytics:conversationAggregate:view");
    await start();
    await reached(() => report().message.endsWith("status.polling"));
    assert.equal(report().state, "degraded");
    assert.match(String(report().details["problem"]), /analytics:conversationAggregate:view/);
  });

  it("names a setting that is wrong", async () => {
    await start({ mediaTypes: ["pigeon"] });
    assert.equal(report().state, "failed");
    await helper.unload();
    await start({ emitEvery: 0 });
    assert.equal(report().state, "failed");
  });
});
