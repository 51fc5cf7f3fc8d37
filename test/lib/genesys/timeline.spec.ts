import assert from "node:assert/strict";
import fc from "fast-check";
import { granularityOf, type Interval } from "../../../lib/genesys/interval/granularity";
import { BucketGrid } from "../../../lib/genesys/interval/grid";
import { Timeline, type TimelineSettings } from "../../../lib/genesys/interval/timeline";

const HOUR = 3_600_000;
const day = Date.parse("2026-11-22T00:00:00Z");
const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);
const words = ({ start, end }: Interval) =>
  `${new Date(start).toISOString().slice(11, 16)}-${new Date(end).toISOString().slice(11, 16)}`;

describe("timeline", () => {
  const settings: TimelineSettings = {
    grid: new BucketGrid(granularityOf("PT30M")),
    lookback: 2,
    maxBackfillMs: 24 * HOUR,
    openBucket: true,
  };

  /** One that has settled all until then, an hour before ten. */
  const since = (time: string, more: Partial<TimelineSettings> = {}) =>
    new Timeline({ ...settings, ...more }, [{ at: at("09:00:00"), until: at(time) }]);
  /** Plans, and makes the plan hold. */
  const poll = (timeline: Timeline, time: string, answered = true) => {
    const plan = timeline.plan(at(time));
    timeline.accept(plan);
    if (answered) timeline.settle(plan.live, at(time));
    return plan;
  };

  it("asks the open bucket and the last whole ones, from the first poll on", () => {
    assert.equal(words(new Timeline(settings).plan(at("10:10:00")).live), "09:00-10:30");
  });

  it("asks a bucket once more after its lookback, then no longer", () => {
    const timeline = new Timeline(settings);
    assert.equal(words(poll(timeline, "10:10:00").live), "09:00-10:30");
    assert.equal(words(poll(timeline, "10:29:30").live), "09:00-10:30");
    assert.equal(words(poll(timeline, "10:30:00").live), "09:00-11:00");
    assert.equal(words(poll(timeline, "10:30:30").live), "09:30-11:00");
  });

  it("does not settle what was answered incompletely", () => {
    const timeline = new Timeline(settings);
    poll(timeline, "10:10:00", false);
    assert.equal(words(poll(timeline, "10:40:00", false).live), "09:00-11:00");
    assert.equal(words(poll(timeline, "11:10:00").live), "09:00-11:30");
  });

  it("fetches what an outage left beside the live request, and does not forget it when that is answered", () => {
    const timeline = since("04:00:00");
    const { live, backlog, gap } = poll(timeline, "10:10:00");
    assert.equal(words(live), "09:00-10:30");
    assert.equal(words(backlog!), "04:00-09:00");
    assert.equal(gap, undefined);
    timeline.settle({ start: at("04:00:00"), end: at("06:00:00") }, at("10:10:01"));
    assert.equal(words(poll(timeline, "10:10:30").backlog!), "06:00-09:00");
  });

  it("reports what is older than the longest backfill as a gap, once", () => {
    const timeline = since("04:00:00", { maxBackfillMs: 2 * HOUR });
    const { live, backlog, gap } = poll(timeline, "10:10:00", false);
    assert.equal(words(gap!), "04:00-08:30");
    assert.equal(backlog, undefined);
    assert.equal(words(live), "08:30-10:30");
    assert.equal(poll(timeline, "10:10:00").gap, undefined);
  });

  it("backfills nothing when told so, and reports all of it", () => {
    const { live, backlog, gap } = since("04:00:00", { maxBackfillMs: 0 }).plan(at("10:10:00"));
    assert.deepEqual([words(live), backlog, words(gap!)], ["09:00-10:30", undefined, "04:00-09:00"]);
  });

  it("asks what leaves the look-back once more, however far backfill reaches", () => {
    for (const more of [{ maxBackfillMs: 0 }, { lookback: 96 }]) {
      const timeline = new Timeline({ ...settings, ...more });
      poll(timeline, "10:10:00");
      const before = timeline.settledUntil!;
      const { live, backlog, gap } = poll(timeline, "10:40:00");
      assert.deepEqual([live.start, backlog, gap], [before, undefined, undefined]);
      assert.equal(timeline.settledUntil, before + HOUR / 2);
    }
  });

  it("fills an outage before a look-back that reaches further than backfill does, counted from its start", () => {
    const timeline = new Timeline({ ...settings, lookback: 96, maxBackfillMs: 4 * HOUR });
    poll(timeline, "02:10:00");
    const before = timeline.settledUntil!;
    assert.deepEqual(timeline.plan(at("05:10:00")).backlog, { start: before, end: before + 3 * HOUR });
    assert.equal(timeline.plan(at("05:10:00")).gap, undefined);
    const late = timeline.plan(at("10:10:00"));
    assert.deepEqual(late.gap, { start: before, end: before + 4 * HOUR });
  });

  it("asks the tutorial's query for the last whole interval, and what is missing before it", () => {
    const details = { grid: new BucketGrid(granularityOf("PT1M")), lookback: 0, openBucket: false };
    const timeline = new Timeline({ ...settings, ...details });
    assert.equal(words(poll(timeline, "10:10:15").live), "10:09-10:10");
    assert.equal(poll(timeline, "10:11:15", false).backlog, undefined);
    const later = poll(timeline, "10:13:15");
    assert.equal(words(later.live), "10:12-10:13");
    assert.equal(words(later.backlog!), "10:10-10:12");
  });

  it("survives a clock that is set back", () => {
    const timeline = new Timeline(settings, [{ at: at("13:10:00"), until: at("12:00:00") }]);
    assert.equal(words(timeline.plan(at("10:10:00")).live), "09:00-10:30");
  });

  it("does not believe what a clock that was a month ahead has settled", () => {
    const timeline = since("09:00:00");
    poll(timeline, "10:10:00");
    const month = at("10:40:00") + 31 * 24 * HOUR;
    const ahead = timeline.plan(month);
    timeline.accept(ahead);
    timeline.settle(ahead.live, month);
    const { live, backlog } = poll(timeline, "14:10:00");
    assert.equal(words(live), "13:00-14:30");
    assert.equal(words(backlog!), "09:00-13:00");
  });

  it("takes over how far another poller is, from one lookback before, and not what may still change", () => {
    const timeline = since("04:00:00");
    assert.equal(timeline.adopt(at("10:00:00"), at("10:10:00")), undefined);
    assert.equal(timeline.adopt(at("08:00:00"), at("10:10:00")), at("07:00:00"));
    assert.equal(words(timeline.plan(at("10:10:00")).live), "09:00-10:30");
    assert.equal(words(timeline.plan(at("10:10:00")).backlog!), "07:00-09:00");
    assert.equal(timeline.adopt(at("06:00:00"), at("10:10:00")), undefined);
  });

  it("goes back to where another poller is that ended before this one began, once, also while an answer is awaited", () => {
    const timeline = new Timeline(settings);
    const awaited = timeline.plan(at("10:10:00"));
    assert.equal(timeline.adopt(at("06:00:00"), at("10:10:01")), at("05:00:00"));
    timeline.accept(awaited);
    timeline.settle(awaited.live, awaited.now);
    assert.equal(words(timeline.plan(at("10:11:00")).backlog!), "05:00-09:00");

    const late = new Timeline(settings);
    poll(late, "10:10:00");
    const again = late.plan(at("10:11:00"));
    assert.equal(late.adopt(at("06:00:00"), at("10:11:01"), at("09:00:00")), at("06:00:00"));
    late.accept(again);
    late.settle(again.live, again.now);
    assert.equal(words(late.plan(at("10:12:00")).backlog!), "06:00-09:00");
    assert.equal(late.adopt(at("06:00:00"), at("10:12:00"), at("06:00:00")), undefined);
  });

  it("asks whole buckets where another poller's time lies within one", () => {
    const timeline = new Timeline(settings);
    timeline.adopt(at("06:07:03"), at("10:10:00"));
    assert.equal(words(timeline.plan(at("10:10:00")).backlog!), "05:00-09:00");
  });

  it("plans anew after an edit of the granularity, from the bucket in which the time lies", () => {
    const timeline = since("08:30:00", { grid: new BucketGrid(granularityOf("PT1H")) });
    assert.equal(
      words(timeline.plan(at("12:10:00")).backlog ?? timeline.plan(at("12:10:00")).live),
      "08:00-13:00",
    );
  });

  it("asks each bucket after its look-back and speaks of no gap while polls go on, whatever the settings", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("PT1M", "PT30M", "PT1H", "P1D", "P1W"),
        fc.nat(30),
        fc.constantFrom(0, HOUR, 24 * HOUR, 31 * 24 * HOUR),
        fc.double({ min: 0.05, max: 0.99, noNaN: true }),
        (granularity, lookback, maxBackfillMs, share) => {
          const grid = new BucketGrid(granularityOf(granularity));
          const timeline = new Timeline({ grid, lookback, maxBackfillMs, openBucket: true });
          const { ms } = grid.granularity;
          const asked = new Map<number, number>();
          for (let now = day; now < day + 6 * ms; now += share * ms) {
            const plan = timeline.plan(now);
            assert.deepEqual([plan.gap, plan.backlog], [undefined, undefined]);
            timeline.accept(plan);
            timeline.settle(plan.live, now);
            for (const bucket of grid.starts(plan.live)) asked.set(bucket, now);
          }
          for (const [bucket, last] of asked)
            if (bucket < timeline.settledUntil!)
              assert.ok(last >= grid.shift(bucket, 1 + lookback), new Date(bucket).toISOString());
        },
      ),
    );
  });

  it("leaves no bucket out, however polls, outages and incomplete answers follow each other", () => {
    const step = fc.record({
      waitMin: fc.integer({ min: 0, max: 400 }),
      ok: fc.boolean(),
      pieces: fc.nat(4),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.nat(3),
        fc.boolean(),
        (steps, lookback, openBucket) => {
          const timeline = new Timeline({ ...settings, lookback, openBucket });
          const { grid } = settings;
          const { ms } = grid.granularity;
          /** When each bucket was last asked with a complete answer. */
          const asked = new Map<number, number>();
          const gaps: Interval[] = [];
          let now = day;
          let first: number | undefined;
          const note = (interval: Interval) => {
            for (const bucket of grid.starts(interval)) asked.set(bucket, now);
            timeline.settle(interval, now);
          };
          for (const { waitMin, ok, pieces } of steps) {
            now += waitMin * 60_000;
            const plan = timeline.plan(now);
            first ??= plan.live.start;
            if (plan.gap) gaps.push(plan.gap);
            timeline.accept(plan);
            if (!ok) continue;
            note(plan.live);
            for (let piece = 0; piece < pieces; piece++) {
              const { backlog } = timeline.plan(now);
              if (backlog) note(grid.head(backlog, openBucket ? 4 : 1));
            }
          }
          const inGap = (bucket: number) => gaps.some(({ start, end }) => bucket >= start && bucket < end);
          for (let bucket = first!; bucket + ms <= timeline.settledUntil!; bucket += ms) {
            if (inGap(bucket)) continue;
            const due = bucket + ms + (openBucket ? lookback * ms : 0);
            assert.ok(asked.get(bucket)! >= due, `bucket ${new Date(bucket).toISOString()}`);
          }
        },
      ),
    );
  });
});
