import assert from "node:assert/strict";
import { sleep } from "../../lib/time/clock";
import { retryAfterMs } from "../../lib/http/retry-after";
import { backoffMs } from "../../lib/time/backoff";
import { FakeClock } from "../support/fake-clock";

describe("waiting", () => {
  const now = Date.parse("2026-11-22T10:00:00Z");
  for (const [header, expected] of [
    ["30", 30_000],
    ["0", 0],
    [" 1.5 ", 1_500],
    ["Sun, 22 Nov 2026 10:00:20 GMT", 20_000],
    ["Sun, 22 Nov 2026 09:00:00 GMT", 0],
    ["-5", undefined],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ] as const) {
    it(`reads Retry-After: ${header}`, () => assert.equal(retryAfterMs(header, now), expected));
  }

  it("backs off exponentially, with full jitter, up to its bound", () => {
    const high = { baseMs: 1_000, maxMs: 60_000, random: () => 0.999999 };
    assert.deepEqual(
      [1, 2, 3, 10, 1000].map((attempt) => backoffMs(attempt, high)),
      [1_000, 2_000, 4_000, 60_000, 60_000],
    );
    assert.equal(backoffMs(5, { ...high, random: () => 0 }), 100);
  });

  it("ends a sleep early when its signal aborts, and leaves no timer", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const sleeping = assert.rejects(sleep(clock, 1_000, stop.signal), /closing/);
    stop.abort(new Error("closing"));
    await sleeping;
    assert.equal(clock.pending, 0);
  });
});
