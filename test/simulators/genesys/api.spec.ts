import assert from "node:assert/strict";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import { startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import { FakeClock } from "../../support/fake-clock";
import { or, questionsTo, rowsOf } from "../../support/genesys-questions";
import type { AggregateRow, Questions } from "../../support/genesys-questions";

const CONVERSATIONS = "conversations/aggregates/query";

interface LiveRow {
  readonly group: Readonly<Record<string, string>>;
  readonly data: readonly { readonly metric: string; readonly stats: Readonly<Record<string, number>> }[];
}

describe("Genesys simulator: an organisation that behaves", () => {
  let simulator: GenesysSimulator;
  let clock: FakeClock;
  let ask: Questions;

  beforeEach(async () => {
    clock = new FakeClock();
    simulator = await startGenesysSimulator({ clock, tokenLifetimeS: 400_000 });
    ask = await questionsTo(simulator);
  });
  afterEach(() => simulator.close());

  const metricsOf = (rows: readonly unknown[]) =>
    (rows as AggregateRow[]).flatMap(({ data }) => data.flatMap(({ metrics }) => metrics));

  it("leaves out what did not happen, and books measurements where they end", async () => {
    const { body } = await ask.post(CONVERSATIONS, ask.aggregates());
    assert.ok(
      metricsOf(rowsOf(body)).every(({ stats }) => stats["count"] !== 0),
      "no zeros",
    );
    const day = "2026-11-21T00:00:00Z/2026-11-22T00:00:00Z";
    const talks = await ask.post(
      CONVERSATIONS,
      ask.aggregates({ metrics: ["tTalk"], granularity: "PT1M", interval: day }),
    );
    const longest = Math.max(...metricsOf(rowsOf(talks.body)).map(({ stats }) => stats["max"] ?? 0));
    assert.ok(longest > 30 * 60_000, `${longest} ms in a bucket of a minute`);
  });

  it("shows late bookings late: answers grow until they are the truth", async () => {
    const question = ask.aggregates();
    const rows = async () => rowsOf((await ask.post(CONVERSATIONS, question)).body);
    const count = (list: readonly unknown[]) =>
      metricsOf(list).reduce((sum, { stats }) => sum + (stats["count"] ?? 0), 0);
    const truth = simulator.truth("conversations/aggregates", question, clock.now() + 3_600_000);
    const first = count(await rows());
    assert.ok(first < count(truth), `${first} of ${count(truth)} at once`);
    await clock.advance(30 * 60_000);
    assert.deepEqual(await rows(), truth);
  });

  it("processes data once more in the third night: a few figures change, and some are taken back", async () => {
    const day = "2026-11-22T00:00:00Z/2026-11-23T00:00:00Z";
    const question = ask.aggregates({ interval: day });
    const figures = async () => {
      const rows = rowsOf((await ask.post(CONVERSATIONS, question)).body);
      const entries = rows.flatMap(({ group, data }) =>
        data.flatMap(({ interval, metrics }) =>
          metrics.map(({ metric, stats }) => [
            [group["queueId"], group["mediaType"], interval, metric].join(),
            JSON.stringify(stats),
          ]),
        ),
      );
      return new Map(entries as [string, string][]);
    };
    await clock.advance(24 * 3_600_000);
    const before = await figures();
    await clock.advance(40 * 3_600_000);
    assert.deepEqual(await figures(), before, "two nights change nothing");
    await clock.advance(24 * 3_600_000);
    const after = await figures();
    const changed = [...before].filter(([key, stats]) => after.get(key) !== stats).length;
    const gone = [...before.keys()].filter((key) => !after.has(key)).length;
    const share = changed / before.size;
    assert.ok(share > 0.02 && share < 0.1 && gone > 0, `${changed} of ${before.size} changed, ${gone} gone`);
    assert.deepEqual(
      rowsOf((await ask.post(CONVERSATIONS, question)).body),
      simulator.truth("conversations/aggregates", question),
    );
  });

  it("keeps live figures together: all media types with zeros, ages as times that have begun", async () => {
    const { body } = await ask.post("queues/observations/query", ask.observation());
    const { results } = body as { results: LiveRow[] };
    assert.equal(results.filter(({ group }) => group["mediaType"] === undefined).length, 12);
    assert.equal(results.filter(({ group }) => group["mediaType"] !== undefined).length, 12 * 5);
    const voice = results.filter(({ group }) => group["mediaType"] === "voice");
    for (const { data } of voice) {
      const of = (metric: string) => data.find((row) => row.metric === metric)?.stats ?? {};
      const since = of("oLongestInteracting")["calculatedMetricValue"];
      assert.equal(since !== undefined, (of("oInteracting")["count"] ?? 0) > 0);
      assert.ok(since === undefined || since <= clock.now());
    }
    assert.ok(
      voice.some(({ data }) => data.some(({ stats }) => stats["calculatedMetricValue"] !== undefined)),
    );
  });

  it("accounts for every millisecond of an agent", () => {
    const question = ask.userAggregates({ filter: or("userId", ask.userIds().slice(0, 5)) });
    const truth = simulator.truth("users/aggregates", question) as AggregateRow[];
    for (const { data } of truth) {
      assert.equal(data.length, 4);
      for (const { metrics } of data) {
        const presences = metrics.filter(({ metric }) => metric === "tSystemPresence");
        assert.equal(
          presences.reduce((ms, { stats }) => ms + (stats["sum"] ?? 0), 0),
          30 * 60_000,
        );
      }
    }
  });

  it("agents who are in conversations are those whom the queues count", async () => {
    const { body } = await ask.post("users/activity/query?pageSize=100", ask.activity);
    const entities = (body as { results: { entities: Record<string, string>[] }[] }).results.flatMap(
      (row) => row.entities,
    );
    const busy = entities.filter(({ routingStatus }) => routingStatus === "INTERACTING").length;
    const { body: live } = await ask.post("queues/observations/query", ask.observation());
    const interacting = (live as { results: LiveRow[] }).results
      .flatMap(({ data }) => data)
      .filter(({ metric }) => metric === "oInteracting")
      .reduce((sum, { stats }) => sum + (stats["count"] ?? 0), 0);
    assert.ok(
      busy > 5 && interacting > 0 && interacting <= busy,
      `${interacting} conversations, ${busy} agents`,
    );
  });

  it("pages activity and lists, with relative addresses", async () => {
    const page = async (n: number) =>
      rowsOf((await ask.post(`users/activity/query?pageSize=15&pageNumber=${n}`, ask.activity)).body).length;
    assert.deepEqual([await page(1), await page(3), await page(4)], [15, 10, 0]);
    const { body } = await ask.get("routing/queues?pageSize=5&pageNumber=2");
    const { nextUri, total, pageCount } = body as Record<string, unknown>;
    assert.deepEqual([nextUri, total, pageCount], ["/api/v2/routing/queues?pageSize=5&pageNumber=3", 12, 3]);
    const named = (await ask.get("routing/queues?name=billing*")).body as { entities: { name: string }[] };
    assert.deepEqual(
      named.entities.map(({ name }) => name),
      ["Billing North", "Billing South"],
    );
    assert.equal((await ask.get("routing/queues?pageSize=501")).status, 400);
  });

  it("serves thousands of queues and agents", async () => {
    const large = await startGenesysSimulator({ clock, queues: 5000, agents: 10_000 });
    try {
      const { get, post, aggregates } = await questionsTo(large);
      const { entities, total } = (await get("routing/queues?pageSize=500&pageNumber=10")).body as {
        entities: { id: string }[];
        total: number;
      };
      assert.deepEqual([entities.length, total], [500, 5000]);
      const filter = or(
        "queueId",
        entities.slice(0, 300).map(({ id }) => id),
      );
      const answer = await post(CONVERSATIONS, aggregates({ filter }));
      assert.ok(rowsOf(answer.body).length > 200);
    } finally {
      await large.close();
    }
  });
});
