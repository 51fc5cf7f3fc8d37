import assert from "node:assert/strict";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { healthRegistry } from "../../lib/health/registry";
import genesysConfig from "../../nodes/genesys-config/genesys-config";
import genesysQueuePoll from "../../nodes/genesys-queue-poll/genesys-queue-poll";
import { helper, load, nextMessage, receive, type TestFlow } from "../support/helper";

const VARIABLES = ["GENESYS_BASE_URL", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET", "GENESYS_ENV_ID"];

describe("genesys-config and genesys-queue-poll", () => {
  let simulator: GenesysSimulator;
  const saved = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));

  beforeEach(async () => {
    // A pause that a 429 imposes outlives a redeploy, so that each test has a service of its own.
    simulator = await startGenesysSimulator();
    process.env["GENESYS_BASE_URL"] = simulator.url;
    process.env["GENESYS_CLIENT_ID"] = simulator.clientId;
    process.env["GENESYS_CLIENT_SECRET"] = simulator.clientSecret;
    process.env["GENESYS_ENV_ID"] = "production";
  });
  afterEach(async () => {
    await helper.unload();
    await simulator.close();
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const flow = (poll: object = {}, config: object = {}): TestFlow => [
    { id: "tab", type: "tab" },
    { id: "cfg", type: "genesys-config", ...config },
    {
      id: "poll",
      z: "tab",
      type: "genesys-queue-poll",
      genesys: "cfg",
      query: "details",
      wires: [["out"]],
      ...poll,
    },
    { id: "out", z: "tab", type: "helper" },
    { id: "c1", z: "tab", type: "catch", scope: null, wires: [["caught"]] },
    { id: "caught", z: "tab", type: "helper" },
  ];
  const start = (...parts: Parameters<typeof flow>) =>
    load([genesysConfig, genesysQueuePoll], flow(...parts));
  const report = () => healthRegistry.reports("tab").find(({ id }) => id === "poll")!;
  const failure = async () => {
    const caught = nextMessage("caught");
    receive("poll", { payload: 1 });
    return (await caught)["error"] as { message: string; code?: string };
  };

  it("runs with nothing but the tutorial's variables: rows on the trigger's own message", async () => {
    await start();
    // Counters go on over deploys, those of other specs in this process included.
    const before = report().figures.polls ?? 0;
    const answer = nextMessage("out");
    const asked = Date.now();
    receive("poll", { payload: 1, topic: "tick", mine: { kept: true }, _msgid: "m1" });
    const { payload, genesys, topic, mine, _msgid } = await answer;
    assert.deepEqual([topic, mine, _msgid], ["tick", { kept: true }, "m1"]);
    assert.ok(Array.isArray(payload) && payload.length === 12);
    const info = genesys as Record<string, unknown> & { interval: { start: string; end: string } };
    assert.equal(Date.parse(info.interval.end) - Date.parse(info.interval.start), 60_000);
    const { kind, granularity, environment, region, complete } = info;
    assert.deepEqual(
      [kind, granularity, environment, region, complete],
      ["queue-details", "PT1M", "production", "custom", true],
    );
    assert.equal(report().state, "running");
    assert.equal(report().figures.polls! - before, 1);
    assert.ok(report().figures.lastPollTime! >= asked);
  });

  it("skips and counts a trigger while a poll is running", async () => {
    await start();
    const before = report().figures.pollsSkipped ?? 0;
    const answer = nextMessage("out");
    receive("poll", { payload: 1 });
    receive("poll", { payload: 2 });
    receive("poll", { payload: 3 });
    await answer;
    assert.equal(report().figures.pollsSkipped! - before, 2);
  });

  it("waits as long as a 429 asks, says until when, and skips the polls in between", async () => {
    await start();
    simulator.faults.add({ kind: "429", match: /analytics/, retryAfter: 600, times: 1 });
    assert.match((await failure()).message, /rate limit reached \(429\)/);
    const { state, figures } = report();
    assert.equal(state, "waiting");
    assert.ok(figures.rateLimitedUntil! > Date.now() + 500_000);
    const skipped = figures.pollsSkipped ?? 0;
    const requests = simulator.requests.length;
    receive("poll", { payload: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(report().figures.pollsSkipped! - skipped, 1);
    assert.equal(simulator.requests.length, requests);
  });

  it("says that a queue is not there, or that the client sees none: not that the address is wrong", async () => {
    await start({ query: "aggregates", queues: ["Sale"] });
    const { message, code } = await failure();
    assert.match(message, /Sale/);
    assert.equal(code, "noSuchQueue");
    assert.equal(report().message, "genesys-queue-poll.status.noSuchQueue");
    await helper.unload();
    for (const { division } of simulator.organisation.queues()) simulator.hidden.add(division.name);
    await start({ query: "aggregates" });
    assert.match((await failure()).message, /division/);
    assert.equal(report().message, "genesys-queue-poll.status.seesNoQueues");
  });

  it("tells Catch nodes what failed, and the next poll runs", async () => {
    await start();
    simulator.faults.add({
      kind: "403",
      match: /analytics/,
      times: 1,
      permission: "analytics:queueObservation:view",
    });
    const { message, code } = await failure();
    assert.match(message, /lack the permission analytics:queueObservation:view/);
    assert.equal(code, "missing.permissions", "Genesys' own code");
    assert.equal(report().state, "failed");
    const answer = nextMessage("out");
    receive("poll", { payload: 1 });
    await answer;
    assert.equal(report().state, "running");
  });

  it("names every missing setting and its variable once, and does nothing else", async () => {
    for (const name of VARIABLES) delete process.env[name];
    await start({}, { region: "custom" });
    const { problem } = helper.getNode("cfg") as unknown as { problem: Error };
    for (const name of VARIABLES.slice(0, 3)) assert.match(problem.message, new RegExp(name));
    assert.match((await failure()).message, /genesys-config: clientId is not set: .*GENESYS_CLIENT_ID/);
    assert.equal(report().state, "failed");
  });

  for (const [what, poll, config, words] of [
    ["no config node", { genesys: "" }, {}, /genesys is not set/],
    [
      "an unknown region",
      {},
      { region: "mars.pure.cloud" },
      /region "mars.pure.cloud" is unknown: use one of mypurecloud.com/,
    ],
    ["a malformed base URL", {}, { baseUrl: "mypurecloud" }, /baseUrl is not a URL/],
    [
      "a password in the base URL",
      {},
      { baseUrl: "https://u:p@host" },
      /baseUrl holds a user name or password/,
    ],
    ["a time-out of a wrong type", {}, { timeout: "soon" }, /timeout is "soon", not a number/],
    [
      "a TLS configuration that is gone",
      {},
      { tls: "gone" },
      /tls names a TLS configuration that does not exist/,
    ],
    ["an unknown query", { query: "guess" }, {}, /query is "guess": use aggregates, observations, details/],
    ["queues of a wrong type", { queues: 7 }, {}, /queues is 7, not a list/],
    ["a granularity without a fixed length", { granularity: "P1M" }, {}, /granularity "P1M".*use PT15M/],
    ["a lookback out of range", { lookback: -1 }, {}, /lookback is -1 buckets: use 0 to 96 buckets/],
  ] as const) {
    it(`says what is wrong with ${what}`, async () => {
      await start(poll, config);
      assert.match((await failure()).message, words);
      assert.equal(report().state, "failed");
    });
  }

  it("stops in the middle of a poll when it is closed", async () => {
    await start();
    simulator.faults.add({ kind: "slow", match: /analytics/, delayMs: 60_000 });
    receive("poll", { payload: 1 });
    while (!simulator.requests.at(-1)?.path.includes("analytics"))
      await new Promise((done) => setImmediate(done));
    const started = Date.now();
    await helper.unload();
    // Node-RED itself gives up waiting after 15 s.
    assert.ok(Date.now() - started < 15_000);
  });
});
