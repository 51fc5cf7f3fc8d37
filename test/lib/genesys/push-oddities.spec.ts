import assert from "node:assert/strict";
import type { JsonObject } from "../../../lib/genesys/json";
import { FakeClock } from "../../support/fake-clock";
import { figuresOf, type LiveOptions, type LiveSetup, startLive } from "../../support/live";

const HOUR_MS = 3_600_000;

describe("live state by push, when things are odd", function () {
  // Much work for a busy machine.
  this.timeout(120_000);
  let setup: LiveSetup;
  afterEach(() => setup.close());

  async function start(options: LiveOptions = {}): Promise<LiveSetup> {
    setup = await startLive({ ...options, simulator: { queues: 3, agents: 8, ...options.simulator } });
    await setup.step(3_000);
    await setup.until("live", () => setup.live.mode === "live");
    return setup;
  }
  const quiet = { notifications: { events: false } };
  const voiceOf = (index: number) => ({
    queueId: setup.simulator.organisation.queue(index).id,
    mediaType: "voice",
  });
  const rowOf = (group: JsonObject) => setup.rows.get(JSON.stringify(group));
  /** An event of a queue as the service sends it. */
  const count = (index: number, metric: string, value: number, more: JsonObject = {}) => {
    const group = voiceOf(index);
    const at = new Date(setup.simulator.time.skewMs + setup.clock.now()).toISOString();
    const metrics = [{ metric, stats: { count: value }, ...more }];
    setup.simulator.notifications.emit({
      topicName: `v2.analytics.queues.${group.queueId}.observations`,
      version: "2",
      eventBody: { group, data: [{ interval: `${at}/${at}`, metrics }] },
    });
  };
  const waiting = (index: number) => figuresOf(rowOf(voiceOf(index)))["oWaiting"];

  for (const [what, skewMs] of [
    ["five minutes ahead", 300_000],
    ["an hour ahead", HOUR_MS],
    ["an hour behind", -HOUR_MS],
  ] as const) {
    it(`goes by the clock of the API where that is ${what}`, async () => {
      await start({ simulator: { clockSkewMs: skewMs } });
      await setup.step(120_000);
      const truth = await setup.truth();
      for (const [group, row] of truth)
        assert.deepEqual(figuresOf(setup.rows.get(group)), figuresOf(row), group);
      void setup.live.snapshot();
      await setup.step(3_000);
      const behind = setup.clock.now() + skewMs - setup.answers.at(-1)!.polledAt;
      assert.ok(Math.abs(behind) < 5_000, `${behind} ms behind the API`);
      assert.equal(setup.live.report.drifted, 0);
    });
  }

  it("sends a queue in which something waits at least every 10 s, without a call, until nothing waits", async () => {
    await start({ simulator: { ...quiet, load: 0 }, frozen: true });
    count(0, "oWaiting", 1);
    await setup.step(1_500);
    const asked = setup.simulator.requests.length;
    const times: number[] = [];
    for (let s = 0; s < 60; s++) {
      const before = setup.answers.length;
      await setup.step(1_000);
      const sent = setup.answers
        .slice(before)
        .some(({ rows }) =>
          rows.some((row) => (row["group"] as JsonObject)["queueId"] === voiceOf(0).queueId),
        );
      if (sent) times.push(s);
    }
    assert.ok(times.length >= 6 && times.length <= 8, String(times));
    for (const [i, s] of times.entries()) assert.ok(s - (times[i - 1] ?? 0) <= 10, String(times));
    assert.equal(setup.simulator.requests.length, asked);
    count(0, "oWaiting", 0);
    await setup.step(2_000);
    const before = setup.answers.length;
    await setup.step(30_000);
    assert.equal(setup.answers.length, before);
  });

  it("sends an agent whose status is younger than an hour every 10 s, and no longer", async () => {
    // At night, when nobody has changed for hours.
    const clock = new FakeClock("2026-11-23T03:00:00.000Z");
    await start({ choice: { source: "agents" }, simulator: { ...quiet, load: 0, clock }, frozen: true });
    const { organisation, notifications } = setup.simulator;
    const { id } = organisation.agent(1);
    const at = setup.clock.now() + setup.simulator.time.skewMs - 3_580_000;
    notifications.emit({
      topicName: `v2.users.${id}.activity`,
      version: "2",
      eventBody: { id, routingStatus: { status: "IDLE", startTime: new Date(at).toISOString() } },
    });
    const sentIn = async (ms: number) => {
      const before = setup.answers.length;
      // The service's time goes on here: what ages, does so by it.
      for (let s = 0; s < ms; s += 1_000) {
        setup.simulator.time.skewMs += 1_000;
        await setup.step(1_000);
      }
      return setup.answers
        .slice(before)
        .filter(({ rows }) => rows.some((row) => (row["group"] as JsonObject)["userId"] === id)).length;
    };
    assert.ok((await sentIn(15_000)) >= 1);
    await sentIn(20_000);
    assert.equal(await sentIn(40_000), 0);
  });

  it("loses states in between where it may send only every 10 s, never the last one", async () => {
    await start({ simulator: { ...quiet, load: 0 }, frozen: true, emitEveryMs: 10_000 });
    await setup.step(20_000);
    const before = setup.answers.length;
    for (let n = 1; n <= 25; n++) {
      count(0, "oWaiting", n);
      await setup.step(1_000);
    }
    assert.ok(setup.answers.length - before <= 3, `${setup.answers.length - before} messages`);
    await setup.step(10_000);
    assert.equal(waiting(0), 25);
  });

  it("lets a flow that is stuck miss what was between, and sends the last state when it goes on", async () => {
    await start({ simulator: { ...quiet, load: 0 }, frozen: true });
    const before = setup.answers.length;
    // No timer of the node runs while the flow holds the event loop; what arrives meanwhile waits in the socket.
    for (let n = 1; n <= 300; n++) count(1, "oWaiting", n);
    await setup.step(1_000, 1_000);
    await setup.step(1_000);
    assert.ok(setup.answers.length - before <= 2);
    assert.equal(waiting(1), 300);
  });

  it("takes a flood of events, and sends no more for it", async () => {
    await start({ simulator: { ...quiet, load: 0 }, frozen: true });
    const before = setup.answers.length;
    for (let s = 1; s <= 5; s++) {
      for (let n = 0; n < 400; n++) count(n % 3, "oWaiting", s * 1_000 + (n % 7));
      await setup.step(1_000);
    }
    await setup.step(1_000);
    assert.ok(setup.answers.length - before <= 7, `${setup.answers.length - before} messages`);
    assert.ok(setup.live.report.events >= 2_000);
    assert.ok((waiting(2) ?? 0) >= 5_000);
    assert.deepEqual(setup.warnings, []);
  });

  it("keeps to what it knows when an event of a group says nothing usable", async () => {
    await start({ simulator: { ...quiet, load: 0 }, frozen: true });
    count(0, "oWaiting", 4);
    count(0, "oWaiting", Number.NaN);
    count(0, "oSomethingNew", 7);
    await setup.step(2_000);
    assert.equal(waiting(0), 4);
    assert.deepEqual(setup.live.report.surprises, { body: 1 });
  });

  it("ignores events of a queue that was deleted, and says so once", async () => {
    await start({ snapshotEveryMs: 60_000, simulator: quiet });
    const { organisation, notifications } = setup.simulator;
    const queue = organisation.queue(2);
    organisation.remove(queue.id, setup.clock.now());
    await setup.step(1_000_000, 20_000);
    assert.equal(setup.live.report.wanted, 2);
    notifications.raw(
      JSON.stringify({ topicName: `v2.analytics.queues.${queue.id}.observations`, eventBody: {} }),
    );
    await setup.step(1_000);
    assert.equal(setup.live.report.surprises.entity, 1);
    assert.equal(setup.warnings.filter((text) => /no longer there; they are ignored/.test(text)).length, 1);
  });

  it("hands on running totals that equal the bucket of the aggregates", async () => {
    let compared = 0;
    const lateness = { share: 0, longestMs: 0 };
    await start({
      choice: { intervalTotals: true },
      simulator: { queues: 4, agents: 20, lateness },
      onAnswer: ({ kind, rows }) => {
        if (kind !== "queue-aggregates") return;
        for (const row of rows) {
          const [bucket] = row["data"] as Bucket[];
          // The last event is so old at most.
          const moments = Array.from({ length: 13 }, (_, tenth) => setup.clock.now() - tenth * 100);
          const asked = moments.map((at) => bucketOf(row["group"] as JsonObject, bucket!, at));
          assert.ok(
            asked.some((metrics) => metrics === textOf(bucket!.metrics)),
            `${JSON.stringify(row)}\n${asked.join("\n")}`,
          );
          compared++;
        }
      },
    });
    // Until enough has happened in the organisation, which depends on when it is looked at.
    for (let minutes = 0; compared <= 5 && minutes < 20; minutes++) await setup.step(60_000);
    assert.ok(compared > 5, `${compared} rows`);
    assert.deepEqual(setup.warnings, []);
  });

  /** What the aggregates query answers at a time for the metrics of a bucket. */
  function bucketOf({ queueId, mediaType }: JsonObject, { interval, metrics }: Bucket, at: number): string {
    const predicates = Object.entries({ queueId, mediaType }).map(([dimension, value]) => ({
      dimension,
      value,
    }));
    const [row] = setup.simulator.truth(
      "conversations/aggregates",
      {
        ...{ interval, granularity: "PT30M", groupBy: ["queueId", "mediaType"] },
        metrics: [...new Set(metrics.map(({ metric }) => metric))],
        filter: { type: "and", predicates },
      },
      at,
    ) as { data: Bucket[] }[];
    return textOf(row?.data[0]?.metrics ?? []);
  }
});

interface Bucket {
  readonly interval: string;
  readonly metrics: readonly { readonly metric: string; readonly stats: Readonly<Record<string, number>> }[];
}

/** Metrics in one order. */
function textOf(metrics: Bucket["metrics"]): string {
  return JSON.stringify(
    metrics
      .map(({ metric, stats }) => [metric, Object.entries(stats).sort()] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}
