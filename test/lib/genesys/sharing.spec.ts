import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { granularityOf, type Interval } from "../../../lib/genesys/interval/granularity";
import { BucketGrid } from "../../../lib/genesys/interval/grid";
import { Timeline } from "../../../lib/genesys/interval/timeline";
import type { QueuePollSettings } from "../../../lib/genesys/poll/queue-poller";
import { FakeClock } from "../../support/fake-clock";
import { ask, askAll, closeAll, pollersOf, simulated } from "./support";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("polls that share how far they are", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "sharing-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  const setup = async () => {
    const clock = new FakeClock("2026-11-22T10:02:00.000Z");
    const all = await simulated({ clock, queues: 3, agents: 3 });
    const start = (settings: Partial<QueuePollSettings> = {}, folder = "") => {
      const kept = pollersOf(all.client, join(directory, folder));
      return { poller: kept.queues({ metrics: ["nOffered"], ...settings }), ...kept };
    };
    return { ...all, start };
  };

  it("take over how far another poller of the same question is, and nothing else", async () => {
    const { start, clock } = await setup();
    const first = start().poller;
    const [answer] = await askAll(first);
    await first.close();
    await clock.advance(10 * HOUR);
    const { query } = answer!.question!;
    const settled = new Date(clock.now() - 2 * HOUR - (clock.now() % HOUR)).toISOString();
    const resumed = async (settledUntil: unknown, settledQuery: unknown) => {
      const { poller, warnings } = start();
      await poller.share(settledUntil, settledQuery);
      const starts = (await askAll(poller)).map(({ interval }) => interval!.start);
      return { from: new Date(Math.min(...starts)).toISOString().slice(11, 16), warnings };
    };
    assert.equal((await resumed(settled, "another question")).from, "09:00");
    assert.match((await resumed("soon", query)).warnings[0]!, /msg.settledUntil is not a time/);
    // Later than the look-back allows.
    assert.equal((await resumed(new Date(clock.now()).toISOString(), query)).from, "09:00");
    assert.equal((await resumed(settled, query)).from, "17:00");
    assert.equal(start({ metrics: ["tAcw"] }).poller.progress.corrected, 0);
  });

  it("fill the time since another poller ended, also where its place is heard of after the first poll", async () => {
    const { start, clock } = await setup();
    const other = start().poller;
    const { query, settledUntil } = (await askAll(other))[0]!.question!;
    await other.close();
    rmSync(directory, { recursive: true });
    await clock.advance(10 * HOUR);
    const { poller } = start();
    const from = async () => {
      const starts = (await askAll(poller)).map(({ interval }) => interval!.start);
      return new Date(Math.min(...starts)).toISOString().slice(11, 16);
    };
    const share = () => poller.share(new Date(settledUntil!).toISOString(), query);
    assert.equal(await from(), "19:00");
    await share();
    assert.equal(await from(), "09:00");
    await share();
    assert.equal(await from(), "19:00", "once");
    // What was handed on a moment ago may not have arrived.
    await clock.advance(10_000);
    await poller.close();
    const resumed = start().poller;
    await resumed.share(new Date(settledUntil!).toISOString(), query);
    assert.ok(
      (await askAll(resumed)).every(({ interval }) => interval!.start >= clock.now() - 2 * HOUR),
      "once",
    );
  });

  it("tell each other how far they are, again and again, and soon ask no more than alone", async () => {
    const { start, clock } = await setup();
    // More than what rides along with a live request: it is told before it is answered.
    const lookback = 5;
    const pollers = ["a", "b", "c"].map((folder) => start({ lookback }, folder).poller);
    let shared: { settledUntil?: number | undefined; query: string } | undefined;
    const oldest: string[] = [];
    for (let tick = 0; tick < 12; tick++) {
      const poller = pollers[tick % pollers.length]!;
      if (shared) await poller.share(new Date(shared.settledUntil!).toISOString(), shared.query);
      const answers = await askAll(poller);
      shared = answers[0]!.question!;
      const start = Math.min(...answers.map(({ interval }) => interval!.start));
      oldest.push(new Date(start).toISOString().slice(11, 16));
      await clock.advance(30_000);
    }
    assert.ok(
      oldest.every((start) => start >= "02:30"),
      oldest.join(" "),
    );
    assert.deepEqual(oldest.slice(-6), Array<string>(6).fill("07:30"));
  });

  it("speak of no gap where a look-back is longer than the longest backfill", async () => {
    const { start, clock } = await setup();
    const settings = { granularity: "P1D", lookback: 14 };
    const first = start(settings, "a").poller;
    const { query, settledUntil } = (await askAll(first))[0]!.question!;
    const other = start(settings, "b");
    await other.poller.share(new Date(settledUntil!).toISOString(), query);
    await askAll(other.poller);
    assert.deepEqual(other.warnings, []);
    // Nor when a day leaves the look-back.
    await clock.advance(DAY);
    const [answer] = await askAll(other.poller);
    assert.deepEqual(other.warnings, []);
    assert.equal(new Date(answer!.interval!.start).toISOString(), "2026-11-08T00:00:00.000Z");
  });

  it("still go back to another poller's place after a crash, while what they handed on may not have arrived", async () => {
    const { start, clock } = await setup();
    const first = start().poller;
    const { query } = (await askAll(first))[0]!.question!;
    await clock.advance(2 * HOUR);
    await askAll(first);
    await first.load({ from: "2026-11-22T06:00:00Z", to: "2026-11-22T07:00:00Z" });
    assert.ok((await askAll(first)).some(({ reason }) => reason === "load"));
    await first.share("2026-11-22T04:00:00Z", query);
    await first.close();
    const starts = (await askAll(start().poller)).map(({ interval }) => interval!.start);
    assert.equal(new Date(Math.min(...starts)).toISOString().slice(11, 16), "04:00");
  });

  it("leave no bucket out that they tell each other is settled, however they take turns, die and start anew", () => {
    const grid = new BucketGrid(granularityOf("PT30M"));
    const { ms } = grid.granularity;
    const turn = fc.record({
      who: fc.nat(2),
      waitMin: fc.integer({ min: 0, max: 300 }),
      redis: fc.boolean(),
      stored: fc.boolean(),
      ok: fc.boolean(),
      anew: fc.oneof(
        { weight: 5, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
      late: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 40 }), fc.nat(5), (turns, lookback) => {
        const fresh = () => ({
          timeline: new Timeline({ grid, lookback, maxBackfillMs: 31 * DAY, openBucket: true }),
          begun: undefined as number | undefined,
          seen: undefined as number | undefined,
          told: undefined as number | undefined,
        });
        const pollers = [fresh(), fresh(), fresh()];
        const asked = new Map<number, number>();
        let now = Date.parse("2026-11-22T00:00:00Z");
        let shared = 0;
        let origin: number | undefined;
        for (const { who, waitMin, redis, stored, ok, anew, late } of turns) {
          now += waitMin * 60_000;
          if (anew) pollers[who] = fresh();
          const poller = pollers[who]!;
          const { timeline } = poller;
          const note = (interval: Interval) => {
            for (const bucket of grid.starts(interval)) asked.set(bucket, now);
            timeline.settle(interval, now);
          };
          const share = () => {
            if (!redis) return;
            if (poller.seen !== shared) {
              poller.seen = shared;
              poller.told = undefined;
            } else if (poller.told !== undefined && stored) {
              shared = poller.seen = poller.told;
              origin ??= poller.begun!;
            }
            if (shared === 0) return;
            const from = timeline.adopt(shared, now + 1, poller.begun);
            if (from !== undefined && poller.begun !== undefined) poller.begun = Math.min(poller.begun, from);
          };
          if (!late) share();
          const plan = timeline.plan(now);
          if (late) share();
          assert.equal(plan.gap, undefined);
          poller.begun ??= Math.min(timeline.settledUntil ?? plan.live.start, plan.live.start);
          timeline.accept(plan);
          if (ok) {
            note(plan.live);
            const { backlog } = timeline.plan(now);
            if (backlog) note(grid.head(backlog, 4));
            poller.told = timeline.settledUntil;
          }
          if (origin === undefined) continue;
          for (let bucket = origin; bucket + ms <= shared; bucket += ms)
            assert.ok(
              (asked.get(bucket) ?? 0) >= bucket + ms + lookback * ms,
              `${who}: bucket ${new Date(bucket).toISOString()} at ${new Date(now).toISOString()}`,
            );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("have the same query where they ask the same, whatever the order, and another one where they do not", async () => {
    const { start } = await setup();
    const queryOf = async (settings: Partial<QueuePollSettings>) => {
      rmSync(directory, { recursive: true, force: true });
      return (await ask(start(settings).poller)).question!.query;
    };
    const same = await queryOf({
      metrics: ["nOffered", "tAcw"],
      mediaTypes: ["voice", "chat"],
      granularity: "PT60M",
    });
    assert.equal(
      await queryOf({ metrics: ["tAcw", "nOffered"], mediaTypes: ["chat", "voice"], granularity: "PT1H" }),
      same,
    );
    assert.notEqual(
      await queryOf({ metrics: ["tAcw", "nOffered"], mediaTypes: ["voice"], granularity: "PT1H" }),
      same,
    );
  });
});
