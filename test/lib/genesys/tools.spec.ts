import assert from "node:assert/strict";
import { METRIC_CATALOGUE } from "../../../lib/genesys/metrics/catalogue";
import { endpoints, REGIONS } from "../../../lib/genesys/regions";
import { estimateCalls } from "../../../lib/genesys/tools/estimate";
import { OTHER_NAMES } from "../../../lib/genesys/names/lists";
import { listNamed, listPresences, listQueues, listUsers } from "../../../lib/genesys/tools/pickers";
import { type CheckName, testConnection } from "../../../lib/genesys/tools/test-connection";
import type { PollKind } from "../../../lib/terms/kinds";
import { closeAll, pollSetup, simulated } from "./support";

describe("endpoints", () => {
  it("belong to the region: tokens come from login.{host}", () => {
    assert.equal(REGIONS.length, 18);
    for (const { host } of REGIONS) {
      const expected = { apiUrl: `https://api.${host}`, loginUrl: `https://login.${host}`, region: host };
      assert.deepEqual(endpoints({ region: host }), expected);
      assert.deepEqual(endpoints({ baseUrl: `https://api.${host}/api/v2/ ` }), expected);
    }
  });

  it("of any other base URL serve their own tokens, unless a login URL says else", () => {
    const gateway = {
      apiUrl: "http://gw:8080/genesys",
      loginUrl: "http://gw:8080/genesys",
      region: "custom",
    };
    assert.deepEqual(endpoints({ region: "custom", baseUrl: "http://gw:8080/genesys/" }), gateway);
    assert.equal(endpoints({ baseUrl: "http://gw", loginUrl: "https://sso/" }).loginUrl, "https://sso");
  });

  it("come from the setting, then a chosen region, then the environment, then the default region", () => {
    const environmentBaseUrl = "http://env";
    assert.equal(endpoints({ baseUrl: "http://own", environmentBaseUrl }).apiUrl, "http://own");
    assert.equal(
      endpoints({ region: "mypurecloud.ie", environmentBaseUrl }).apiUrl,
      "https://api.mypurecloud.ie",
    );
    assert.equal(endpoints({ region: "mypurecloud.com", environmentBaseUrl }).apiUrl, "http://env");
    assert.equal(endpoints({ region: "custom", environmentBaseUrl }).apiUrl, "http://env");
    assert.equal(endpoints({}).apiUrl, "https://api.mypurecloud.com");
    assert.throws(() => endpoints({ region: "custom" }), /GENESYS_BASE_URL/);
  });
});

describe("tools for the dialogs", () => {
  afterEach(closeAll);

  it("list queues, users and presences, sorted, with what tells them apart", async () => {
    const { client } = await simulated({ queues: 120, agents: 130 });
    const queues = await listQueues(client);
    assert.equal(queues.length, 120);
    assert.ok(queues.every(({ name, division }) => name && division));
    assert.equal((await listUsers(client)).length, 130);
    assert.ok((await listPresences(client)).some(({ detail }) => detail === "ON_QUEUE"));
  });

  it("list the queues also for a client that may only search them", async () => {
    const { client } = await simulated({ queues: 620, missingPermissions: ["routing:queue:view"] });
    assert.equal((await listQueues(client)).length, 620);
  });

  it("list what else has names, for filters", async () => {
    const { client } = await simulated();
    for (const name of OTHER_NAMES.keys()) {
      const items = await listNamed(client, name);
      assert.ok(items.length > 1 && items.every((item) => item.id && item.name), name);
    }
  });

  it("test a connection: which families of analytics the client may read; lacking one is no fault", async () => {
    const { client } = await simulated({
      missingPermissions: ["analytics:surveyAggregate:view", "analytics:journeyAggregate:view"],
    });
    const { ok, checks } = await testConnection(client);
    assert.equal(ok, true);
    const families = checks.filter(({ family }) => family);
    assert.equal(families.length, 17);
    assert.deepEqual(
      families.filter((one) => !one.ok).map(({ family, fault, permission }) => [family, fault, permission]),
      [
        ["surveys", "forbidden", "analytics:surveyAggregate:view"],
        ["journeys", "forbidden", "analytics:journeyAggregate:view"],
      ],
    );
  });

  it("test a connection: the organisation, and every permission", async () => {
    const { client, simulator } = await simulated();
    const report = await testConnection(client);
    assert.equal(report.ok, true, JSON.stringify(report));
    assert.equal(report.organisation, simulator.organisation.name);
    assert.ok(report.checks.length >= 8 && report.checks.every(({ ok }) => ok));
  });

  it("test a connection: what every poll asks for, families aside", async () => {
    // The compiler asks for the check of a new kind.
    const checkOf: Readonly<Record<Exclude<PollKind, "analytics-aggregates">, CheckName>> = {
      "queue-aggregates": "queueAggregates",
      "queue-details": "queueAggregates",
      "queue-observations": "queueObservations",
      "agent-activity": "agentActivity",
      "agent-aggregates": "agentAggregates",
      "agent-performance": "queueAggregates",
    };
    const { client } = await simulated();
    const done = new Set((await testConnection(client)).checks.map(({ name }) => name));
    for (const [kind, name] of Object.entries(checkOf)) assert.ok(done.has(name), kind);
  });

  it("test a connection: name each permission that is missing", async () => {
    const missing = ["analytics:userAggregate:view", "presence:presenceDefinition:view"];
    const { client } = await simulated({ missingPermissions: missing });
    const report = await testConnection(client);
    assert.equal(report.ok, false);
    assert.deepEqual(
      report.checks.filter(({ ok }) => !ok).map(({ permission }) => permission),
      missing,
    );
    assert.match(report.message, /not everything works: analytics:userAggregate:view, presence/);
  });

  it("test a connection: a refused client is said at once, without trying further", async () => {
    const { client, simulator } = await simulated({}, { clientSecret: "wrong" });
    const report = await testConnection(client);
    assert.equal(report.ok, false);
    assert.match(report.message, /check client ID, client secret/);
    assert.equal(simulator.requests.length, 1);
  });

  it("estimate what a poll really costs", async () => {
    const { queues, agents, simulator } = await pollSetup({ queues: 450, agents: 230 });
    const cases = [
      ["queue-aggregates", queues({ metrics: ["nOffered"] }), { queues: 450 }],
      ["queue-observations", queues({ query: "observations" }), { queues: 450 }],
      ["agent-activity", agents(), { agents: 230 }],
      ["agent-aggregates", agents({ query: "aggregates" }), { agents: 230 }],
      ["agent-performance", agents({ query: "performance" }), { agents: 230 }],
    ] as const;
    for (const [kind, poller, size] of cases) {
      await poller.poll({}, () => undefined);
      const before = simulator.requests.length;
      await poller.poll({}, () => undefined);
      const { perCycle } = estimateCalls({ kind, everySeconds: 30, lookback: 2, ...size });
      assert.equal(perCycle, simulator.requests.length - before, kind);
    }
  });

  it("estimate minutes and months, lists included", () => {
    const { perCycle, perMinute, perMonth, rateShare, listsPerHour, resync } = estimateCalls({
      kind: "queue-aggregates",
      queues: 200,
      everySeconds: 30,
    });
    // Two pages and two looks at the number of entries in ten minutes, and one look for hidden queues in an hour.
    assert.deepEqual([perCycle, perMinute, listsPerHour, resync], [1, 2, 25, undefined]);
    assert.equal(perMonth, 86_400 + 25 * 720);
    assert.ok(Math.abs(rateShare - (2 + 25 / 60) / 300) < 1e-9);
  });

  it("200 queues and 500 agents at 30 s stay at 10.6 requests a cycle, lists included", () => {
    const size = { queues: 200, everySeconds: 30 };
    const agents = { agents: 500, everySeconds: 30 };
    const perHour = [
      estimateCalls({ kind: "queue-aggregates", lookback: 2, ...size }),
      estimateCalls({ kind: "agent-aggregates", lookback: 2, ...agents }),
      // Of the same lists.
      { ...estimateCalls({ kind: "queue-observations", ...size }), listsPerHour: 0 },
      { ...estimateCalls({ kind: "agent-activity", ...agents }), listsPerHour: 0 },
    ].reduce((sum, { perCycle, listsPerHour }) => sum + perCycle * 120 + listsPerHour, 0);
    assert.ok(perHour / 120 <= 10.6, `${perHour / 120} requests a cycle`);
  });

  it("estimate what history really costs", async () => {
    const { queues, agents, analytics, simulator } = await pollSetup({ queues: 4, agents: 60, load: 0.1 });
    const cases = [
      ["queue-aggregates", queues({ metrics: ["nOffered"] }), { queues: 4 }],
      ["agent-performance", agents({ query: "performance" }), { agents: 60 }],
      ["agent-aggregates", agents({ query: "aggregates" }), { agents: 60 }],
      ["analytics-aggregates", analytics("flows"), { groupBy: ["flowId", "mediaType"] }],
    ] as const;
    for (const [kind, poller, size] of cases) {
      await poller.poll({}, () => undefined);
      const before = simulator.requests.length;
      await poller.load({ from: "2026-11-19", to: "2026-11-21" });
      await poller.work({}, () => undefined);
      const { history } = estimateCalls({
        kind,
        everySeconds: 30,
        historyDays: 2,
        granularityMs: 1_800_000,
        ...size,
      });
      assert.equal(history?.requests, simulator.requests.length - before, kind);
    }
  });

  it("estimate the daily re-sync of 5,000 queues in requests and minutes", () => {
    const many = {
      kind: "queue-aggregates",
      queues: 5_000,
      everySeconds: 60,
      resyncDays: 4,
      granularityMs: 1_800_000,
    } as const;
    assert.deepEqual(estimateCalls(many).resync, { requests: 2_400, minutes: 20 });
    assert.deepEqual(estimateCalls({ ...many, queues: 200 }).resync, { requests: 48, minutes: 1 });
  });

  it("further dimensions make more requests", () => {
    const wide = {
      kind: "queue-aggregates",
      queues: 200,
      everySeconds: 30,
      lookback: 2,
      groupBy: ["userId"],
    } as const;
    assert.equal(estimateCalls(wide).perCycle, 13);
  });

  it("know all metrics, with a meaning each and defaults for each query", () => {
    assert.equal(METRIC_CATALOGUE.length, 80 + 11 + 3);
    const known = new Map(METRIC_CATALOGUE.map((metric) => [metric.name, metric]));
    assert.equal(known.size, METRIC_CATALOGUE.length);
    assert.ok(METRIC_CATALOGUE.every(({ meaning }) => meaning.endsWith(".")));
    assert.equal(known.get("tHandle")!.family, "time");
    assert.equal(known.get("oServiceLevel")!.family, "level");
    assert.equal(known.get("oLongestWaiting")!.family, "since");
    const defaults = METRIC_CATALOGUE.filter((metric) => metric.byDefault && metric.query === "aggregates");
    assert.ok(defaults.length <= 20);
  });
});
