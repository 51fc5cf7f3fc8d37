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
});

describe("bucket grid", () => {
  const iso = (times: readonly number[]) => times.map((time) => new Date(time).toISOString());
  const grid = (text: string, zone?: string) => new BucketGrid(granularityOf(text), zone);
  const start = (time: string, text: string, zone?: string) =>
    iso([grid(text, zone).startOf(Date.parse(time))])[0];

  it("aligns in UTC, weeks to Monday", () => {
    assert.equal(start("2026-11-22T10:44:59.999Z", "PT15M"), "2026-11-22T10:30:00.000Z");
    assert.equal(start("2026-11-22T10:30:00Z", "PT30M"), "2026-11-22T10:30:00.000Z");
    assert.equal(start("2026-11-22T10:30:00Z", "P1D"), "2026-11-22T00:00:00.000Z");
    assert.equal(start("2026-11-22T10:30:00Z", "P1W"), "2026-11-16T00:00:00.000Z");
  });

  it("begins days at midnight of the zone, with 25 and 23 hours where the clocks change", () => {
    const berlin = grid("P1D", "Europe/Berlin");
    const autumn = { start: Date.parse("2026-10-24T12:00Z"), end: Date.parse("2026-10-26T12:00Z") };
    assert.deepEqual(iso(berlin.starts(autumn)), [
      "2026-10-23T22:00:00.000Z",
      "2026-10-24T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
    ]);
    assert.equal(berlin.count(autumn), 3);
    const spring = berlin.startOf(Date.parse("2026-03-29T12:00Z"));
    assert.equal(berlin.shift(spring, 1) - spring, 23 * HOUR);
  });

  it("begins a day without a midnight with its first moment, and a week on the zone's Monday", () => {
    assert.equal(start("2026-09-06T12:00Z", "P1D", "America/Santiago"), "2026-09-06T04:00:00.000Z");
    assert.equal(start("2026-09-09T12:00Z", "P1W", "America/Santiago"), "2026-09-07T03:00:00.000Z");
  });

  it("begins hours at the zone's full hour, and leaves shorter buckets where they are", () => {
    assert.equal(start("2026-11-22T10:10Z", "PT1H", "Asia/Kolkata"), "2026-11-22T09:30:00.000Z");
    assert.equal(start("2026-11-22T10:10Z", "PT1H", "America/St_Johns"), "2026-11-22T09:30:00.000Z");
    assert.equal(start("2026-11-22T10:10Z", "PT30M", "Asia/Kathmandu"), "2026-11-22T10:00:00.000Z");
    assert.equal(grid("PT30M", "Asia/Kathmandu").timeZone, "UTC");
  });

  it("takes blank and UTC as one, and names a zone that is none", () => {
    for (const zone of ["", " ", "UTC", "etc/utc", "GMT"]) assert.equal(grid("P1D", zone).timeZone, "UTC");
    assert.throws(
      () => grid("P1D", "Europe/Berlim"),
      /timeZone "Europe\/Berlim" is not known: use a name such as/,
    );
  });

  it("is a grid in every zone: no gap, no overlap, and every time in one bucket", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse("2024-01-01"), max: Date.parse("2030-01-01") }),
        fc.constantFrom(
          "UTC",
          "Europe/Berlin",
          "Asia/Kolkata",
          "America/St_Johns",
          "Africa/Cairo",
          "Pacific/Apia",
        ),
        fc.constantFrom("PT15M", "PT1H", "PT4H", "P1D", "P2D", "P1W"),
        (time, zone, text) => {
          const buckets = grid(text, zone);
          const first = buckets.startOf(time);
          const next = buckets.shift(time, 1);
          assert.ok(first <= time && time < next);
          assert.equal(buckets.startOf(first), first);
          assert.equal(buckets.startOf(next - 1), first);
          assert.equal(buckets.shift(next, -1), first);
          assert.equal(buckets.count({ start: first, end: next }), 1);
        },
      ),
    );
  });
});

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
    assert.equal(late.adopt(at("06:00:00"), at("10:11:01"), at("09:00:00")), at("05:00:00"));
    late.accept(again);
    late.settle(again.live, again.now);
    assert.equal(words(late.plan(at("10:12:00")).backlog!), "05:00-09:00");
    assert.equal(late.adopt(at("06:00:00"), at("10:12:00"), at("05:00:00")), undefined);
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
