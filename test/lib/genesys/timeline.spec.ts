import assert from "node:assert/strict";
import fc from "fast-check";
import { bucketStart, granularityOf, type Interval } from "../../../lib/genesys/interval/granularity";
import { Timeline, type TimelineSettings } from "../../../lib/genesys/interval/timeline";

const HOUR = 3_600_000;
const day = Date.parse("2026-11-22T00:00:00Z");
const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);
const words = ({ start, end }: Interval) =>
  `${new Date(start).toISOString().slice(11, 16)}-${new Date(end).toISOString().slice(11, 16)}`;

describe("granularity", () => {
  for (const [text, ms] of [
    ["PT1M", 60_000],
    ["PT30M", HOUR / 2],
    ["PT1H30M", 1.5 * HOUR],
    ["P1D", 24 * HOUR],
    ["P1W", 168 * HOUR],
    ["P1DT24H", 48 * HOUR],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(granularityOf(text).ms, ms));
  }

  for (const text of [
    "",
    "P",
    "PT",
    "P1M",
    "P1Y",
    "30",
    "PT0M",
    "PT-5M",
    "PT7M",
    "P1DT1H",
    "P32D",
    "pt30m",
    "PT30M ",
  ]) {
    it(`refuses "${text}" and says what to use`, () =>
      assert.throws(() => granularityOf(text), /use PT15M, PT30M|P1D/));
  }

  it("aligns in UTC, weeks to Monday", () => {
    const start = (time: number, text: string) =>
      new Date(bucketStart(time, granularityOf(text))).toISOString();
    assert.equal(start(at("10:44:59.999"), "PT15M"), "2026-11-22T10:30:00.000Z");
    assert.equal(start(at("10:30:00"), "PT30M"), "2026-11-22T10:30:00.000Z");
    assert.equal(start(at("10:30:00"), "P1D"), "2026-11-22T00:00:00.000Z");
    assert.equal(start(at("10:30:00"), "P1W"), "2026-11-16T00:00:00.000Z");
  });
});

describe("timeline", () => {
  const settings: TimelineSettings = {
    granularity: granularityOf("PT30M"),
    lookback: 2,
    maxBackfillMs: 24 * HOUR,
    openBucket: true,
  };

  it("asks the open bucket and the last whole ones, from the first poll on", () => {
    const timeline = new Timeline(settings);
    assert.deepEqual(words(timeline.plan(at("10:10:00"), 4).live), "09:00-10:30");
  });

  it("asks a bucket once more after its lookback, then no longer", () => {
    const timeline = new Timeline(settings);
    const poll = (time: string) => {
      const { live } = timeline.plan(at(time), 4);
      timeline.settle(live, at(time));
      return words(live);
    };
    assert.equal(poll("10:10:00"), "09:00-10:30");
    assert.equal(poll("10:29:30"), "09:00-10:30");
    assert.equal(poll("10:30:00"), "09:00-11:00");
    assert.equal(poll("10:30:30"), "09:30-11:00");
  });

  it("does not settle what was answered incompletely", () => {
    const timeline = new Timeline(settings);
    timeline.plan(at("10:10:00"), 4);
    assert.equal(words(timeline.plan(at("10:40:00"), 4).live), "09:00-11:00");
    assert.equal(words(timeline.plan(at("11:10:00"), 4).live), "09:00-11:30");
  });

  it("fetches what an outage left, oldest first, in bounded pieces, beside the live request", () => {
    const timeline = new Timeline(settings, at("04:00:00"));
    const { live, backfill, gap } = timeline.plan(at("10:10:00"), 4);
    assert.equal(words(live), "09:00-10:30");
    assert.deepEqual(backfill.map(words), ["04:00-06:00", "06:00-08:00", "08:00-09:00"]);
    assert.equal(gap, undefined);
    // The live answer is no reason to forget what is missing before it.
    timeline.settle(live, at("10:10:00"));
    timeline.settle(backfill[0]!, at("10:10:01"));
    assert.deepEqual(timeline.plan(at("10:10:30"), 4).backfill.map(words), ["06:00-08:00", "08:00-09:00"]);
  });

  it("reports what is older than the longest backfill as a gap, once", () => {
    const timeline = new Timeline({ ...settings, maxBackfillMs: 2 * HOUR }, at("04:00:00"));
    const { backfill, gap } = timeline.plan(at("10:10:00"), 4);
    assert.equal(words(gap!), "04:00-08:30");
    assert.deepEqual(backfill.map(words), []);
    assert.equal(words(timeline.plan(at("10:10:00"), 4).live), "08:30-10:30");
    assert.equal(timeline.plan(at("10:10:00"), 4).gap, undefined);
  });

  it("backfills nothing when told so, and reports all of it", () => {
    const timeline = new Timeline({ ...settings, maxBackfillMs: 0 }, at("04:00:00"));
    const { live, backfill, gap } = timeline.plan(at("10:10:00"), 4);
    assert.deepEqual([words(live), backfill, words(gap!)], ["09:00-10:30", [], "04:00-09:00"]);
  });

  it("asks the tutorial's query for the last whole interval, and single missing ones", () => {
    const details = { ...settings, granularity: granularityOf("PT1M"), openBucket: false };
    const timeline = new Timeline(details);
    const first = timeline.plan(at("10:10:15"), 4);
    assert.equal(words(first.live), "10:09-10:10");
    timeline.settle(first.live, at("10:10:15"));
    assert.deepEqual(timeline.plan(at("10:11:15"), 4).backfill, []);
    const later = timeline.plan(at("10:13:15"), 1);
    assert.equal(words(later.live), "10:12-10:13");
    assert.deepEqual(later.backfill.map(words), ["10:10-10:11", "10:11-10:12"]);
  });

  it("survives a clock that is set back", () => {
    const timeline = new Timeline(settings, at("12:00:00"));
    assert.equal(words(timeline.plan(at("10:10:00"), 4).live), "09:00-10:30");
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
          const timeline = new Timeline({
            ...settings,
            lookback,
            openBucket,
          });
          const ms = settings.granularity.ms;
          /** When each bucket was last asked with a complete answer. */
          const asked = new Map<number, number>();
          const gaps: Interval[] = [];
          let now = day;
          let first: number | undefined;
          const note = ({ start, end }: Interval) => {
            for (let bucket = start; bucket < end; bucket += ms) asked.set(bucket, now);
          };
          for (const { waitMin, ok, pieces } of steps) {
            now += waitMin * 60_000;
            const plan = timeline.plan(now, openBucket ? 4 : 1);
            first ??= plan.live.start;
            if (plan.gap) gaps.push(plan.gap);
            if (!ok) continue;
            for (const interval of [plan.live, ...plan.backfill.slice(0, pieces)]) {
              note(interval);
              timeline.settle(interval, now);
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
