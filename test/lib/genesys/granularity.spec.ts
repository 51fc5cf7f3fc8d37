import assert from "node:assert/strict";
import fc from "fast-check";
import { granularityOf } from "../../../lib/genesys/interval/granularity";
import { BucketGrid } from "../../../lib/genesys/interval/grid";

const HOUR = 3_600_000;

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
