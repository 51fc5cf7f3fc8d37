import assert from "node:assert/strict";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import { startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import { ODDITIES, oddRow, wrongPageCount } from "../../../demo/simulators/genesys/odd-answers";
import type { Oddity } from "../../../demo/simulators/genesys/odd-answers";
import { FakeClock } from "../../support/fake-clock";
import { call } from "../../support/genesys-calls";
import { or, questionsTo, rowsOf } from "../../support/genesys-questions";
import type { AggregateRow, Questions } from "../../support/genesys-questions";

const CONVERSATIONS = "conversations/aggregates/query";
const LIVE = "queues/observations/query";
const HOUR = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

describe("Genesys simulator: as nasty as the real service", () => {
  let simulator: GenesysSimulator;
  let clock: FakeClock;
  let ask: Questions;

  beforeEach(async () => {
    clock = new FakeClock();
    simulator = await startGenesysSimulator({ clock, tokenLifetimeS: 400_000 });
    ask = await questionsTo(simulator);
  });
  afterEach(() => simulator.close());

  const conversations = async (over: object = {}) =>
    rowsOf((await ask.post(CONVERSATIONS, ask.aggregates(over))).body);
  const sum = (rows: readonly AggregateRow[], metric: string) =>
    rows
      .flatMap(({ data }) => data.flatMap(({ metrics }) => metrics))
      .filter((entry) => entry.metric === metric)
      .reduce((total, { stats }) => total + (stats["count"] ?? 0), 0);

  it("changes one figure in twenty in the third night, and takes some back", () => {
    const day = Date.parse("2026-11-18T00:00:00.000Z");
    const figuresAt = (now: number) => {
      const question = {
        interval: `${iso(day)}/${iso(day + 24 * HOUR)}`,
        granularity: "PT30M",
        groupBy: ["queueId", "mediaType"],
        metrics: ["nOffered", "tWait", "tAbandon", "tAnswered", "tHandle", "tTalk"],
        filter: or(
          "queueId",
          simulator.organisation.queues().map(({ id }) => id),
        ),
      };
      const rows = simulator.truth("conversations/aggregates", question, now) as AggregateRow[];
      return new Map(
        rows.flatMap(({ group, data }) =>
          data.flatMap(({ interval, metrics }) =>
            metrics.flatMap(({ metric, stats }) =>
              Object.entries(stats).map(([stat, value]): [string, number] => [
                [JSON.stringify(group), interval, metric, stat].join(" "),
                value,
              ]),
            ),
          ),
        ),
      );
    };
    const before = figuresAt(day + 72 * HOUR);
    const after = figuresAt(day + 84 * HOUR);
    const keys = [...before.keys()];
    const changed = keys.filter((key) => before.get(key) !== after.get(key)).length / keys.length;
    assert.ok(changed > 0.04 && changed < 0.06, `${changed} of ${keys.length}`);
    assert.ok(keys.some((key) => !after.has(key)));
  });

  it("books offers and waits on the queue, and work on the agent", async () => {
    const metrics = ["nOffered", "tWait", "tAbandon", "tAnswered", "tHandle"];
    const rows = await conversations({ metrics, groupBy: ["queueId", "mediaType", "userId"] });
    const [ofAgents, ofQueues] = [
      rows.filter(({ group }) => group["userId"] !== undefined),
      rows.filter(({ group }) => group["userId"] === undefined),
    ];
    for (const metric of ["nOffered", "tWait", "tAbandon"]) assert.equal(sum(ofAgents, metric), 0, metric);
    for (const metric of ["tAnswered", "tHandle"]) assert.equal(sum(ofQueues, metric), 0, metric);
    const totals = await conversations({ metrics });
    for (const metric of metrics) assert.equal(sum(rows, metric), sum(totals, metric), metric);
  });

  it("cuts days in the zone that is asked for: the day on which clocks go back has 25 hours", async () => {
    const [row] = await conversations({
      interval: "2026-10-23T22:00:00.000Z/2026-10-26T23:00:00.000Z",
      granularity: "P1D",
      timeZone: "Europe/Berlin",
      metrics: ["oServiceTarget"],
    });
    assert.deepEqual(
      row!.data.map(({ interval }) => interval),
      [
        "2026-10-23T22:00:00.000Z/2026-10-24T22:00:00.000Z",
        "2026-10-24T22:00:00.000Z/2026-10-25T23:00:00.000Z",
        "2026-10-25T23:00:00.000Z/2026-10-26T23:00:00.000Z",
      ],
    );
  });

  it("opens, renames and deletes queues at run time; what was before stays as it was", async () => {
    const past = ask.aggregates();
    const before = simulator.truth("conversations/aggregates", past);
    const first = simulator.organisation.queue(0);
    const added = simulator.organisation.addQueue("Pop-up", clock.now());
    simulator.organisation.rename(first.id, "Renamed");
    simulator.organisation.remove(simulator.organisation.queue(1).id, clock.now());
    assert.deepEqual(simulator.truth("conversations/aggregates", past), before);
    const { entities } = (await ask.get("routing/queues?pageSize=100")).body as {
      entities: { id: string; name: string }[];
    };
    const names = new Map(entities.map(({ id, name }) => [id, name]));
    assert.deepEqual([names.get(added.id), names.get(first.id)], ["Pop-up", "Renamed"]);
    const gone = simulator.organisation.queue(1).id;
    assert.equal(names.has(gone), false);
    assert.equal((await ask.get(`routing/queues/${gone}/members`)).status, 404);
    await clock.advance(2 * HOUR);
    const interval = `${iso(clock.now() - 2 * HOUR)}/${iso(clock.now())}`;
    const rows = await conversations({
      interval,
      metrics: ["nOffered"],
      filter: or("queueId", [added.id, gone]),
    });
    assert.deepEqual(new Set(rows.map(({ group }) => group["queueId"])), new Set([added.id]));
    const live = rowsOf(
      (await ask.post(LIVE, ask.observation({ filter: or("queueId", [added.id, gone]) }))).body,
    );
    assert.deepEqual(new Set(live.map(({ group }) => group["queueId"])), new Set([added.id]));
  });

  it("hires agents and lets them go at run time", async () => {
    const start = clock.now();
    const added = simulator.organisation.addAgent("Zoe New", start);
    const gone = simulator.organisation.agent(0);
    simulator.organisation.remove(gone.id, start);
    const users = (await ask.get("users?pageSize=100")).body as { entities: { id: string }[] };
    const ids = new Set(users.entities.map(({ id }) => id));
    assert.deepEqual([ids.has(added.id), ids.has(gone.id)], [true, false]);
    await clock.advance(2 * HOUR);
    const activity = rowsOf((await ask.post("users/activity/query?pageSize=500", ask.activity)).body);
    const active = new Set(activity.map(({ group }) => group["userId"]));
    assert.deepEqual([active.has(added.id), active.has(gone.id)], [true, false]);
    const interval = `${iso(start - HOUR)}/${iso(clock.now())}`;
    const rows = simulator.truth(
      "users/aggregates",
      ask.userAggregates({ interval, granularity: "PT1H", filter: or("userId", [added.id, gone.id]) }),
    ) as AggregateRow[];
    const hours = (id: string) => rows.find(({ group }) => group["userId"] === id)!.data.length;
    assert.deepEqual([hours(added.id), hours(gone.id)], [2, 1]);
    const onQueue = rows
      .find(({ group }) => group["userId"] === added.id)!
      .data.flatMap(({ metrics }) => metrics as readonly { qualifier?: string }[])
      .some(({ qualifier }) => qualifier === "ON_QUEUE");
    assert.ok(onQueue);
  });

  it("lists queues of a division that its analytics role does not reach, and never answers for them", async () => {
    simulator.unanswered.add("Sales");
    const { total } = (await ask.get("routing/queues")).body as { total: number };
    assert.equal(total, 12);
    const hidden = simulator.organisation.queues().filter(({ division }) => division.name === "Sales");
    const filter = or(
      "queueId",
      hidden.map(({ id }) => id),
    );
    assert.ok(hidden.length > 0);
    assert.deepEqual(await conversations({ filter }), []);
    assert.deepEqual(rowsOf((await ask.post(LIVE, ask.observation({ filter }))).body), []);
  });

  it("bounds pages: five of a hundred of divisionviews, and 10,000 users", async () => {
    const status = async (path: string) => (await ask.get(path)).status;
    assert.equal(await status("routing/queues/divisionviews?pageSize=100&pageNumber=5"), 200);
    assert.equal(await status("routing/queues/divisionviews?pageSize=100&pageNumber=6"), 400);
    assert.equal(await status("routing/queues/divisionviews?pageSize=101"), 400);
    assert.equal(await status("routing/queues/divisionviews/all?pageSize=500&pageNumber=6"), 200);
    assert.equal(await status("users?pageSize=100&pageNumber=101"), 400);
  });

  for (const [refusal, code, words] of [
    ["413", 413, /too large/],
    ["result limit", 400, /result set is larger than result limit/],
    ["predicates", 400, /Too many predicates/],
    ["groups", 400, /exceeds the maximum number of groups/],
    ["unexplained", 400, /malformed syntax/],
  ] as const) {
    it(`refuses a result that is too large: ${refusal}`, async () => {
      Object.assign(simulator.limits, { cells: 10, refusal });
      const answer = await ask.post(CONVERSATIONS, ask.aggregates());
      assert.equal(answer.status, code);
      assert.match(answer.text, words);
      const one = or("queueId", ask.queueIds().slice(0, 1));
      assert.equal((await ask.post(CONVERSATIONS, ask.aggregates({ filter: one }))).status, 200);
    });
  }

  it("spoils one row of an answer in any of the known ways, and no other", async () => {
    const good = await conversations();
    for (const oddity of Object.keys(ODDITIES) as Oddity[]) {
      simulator.faults.add({ kind: "changed", times: 1, match: /aggregates/, change: oddRow(oddity) });
      const rows = await conversations();
      assert.notDeepEqual(rows[0], good[0], oddity);
      assert.deepEqual(rows.slice(1), good.slice(1));
    }
  });

  it("is wrong about the number of pages on request", async () => {
    simulator.faults.add({ kind: "changed", match: /queues/, change: wrongPageCount(1) });
    const { body } = await ask.get("routing/queues?pageSize=5");
    const { pageCount, total } = body as Record<string, unknown>;
    assert.deepEqual([pageCount, total], [1, 12]);
  });

  it("limits one resource, and names the limit; or says 429 without a time", async () => {
    const limit = { namespace: "analytics", key: "queue.observation.rate", value: 30 };
    simulator.faults.add({ kind: "429", times: 1, match: /observations/, retryAfter: 7, limit });
    const answer = await ask.post(LIVE, ask.observation());
    assert.deepEqual([answer.status, (answer.body as { limit: unknown }).limit], [429, limit]);
    simulator.faults.add({ kind: "429", times: 1, retryAfter: null });
    const second = await call(`${simulator.url}/api/v2/users`);
    assert.deepEqual([second.status, (second.body as { code: string }).code], [429, "too.many.requests"]);
    assert.doesNotMatch(second.text, /seconds/);
  });

  it("has a clock of its own, which the headers tell as long as they are asked to", async () => {
    simulator.time.skewMs = 120_000;
    const date = async () => (await fetch(`${simulator.url}/api/v2/users`)).headers;
    assert.equal(Date.parse((await date()).get("date") ?? ""), clock.now() + 120_000);
    simulator.time.ageS = 30;
    assert.equal((await date()).get("age"), "30");
    simulator.time.showsDate = false;
    assert.equal((await date()).get("date"), null);
  });
});
