import assert from "node:assert/strict";
import { checkLines, packLines, splitLines } from "../../../lib/wal/lines";

describe("lines on their way into the log", () => {
  for (const [what, text, lines] of [
    ["one line", "m v=1i 17", ["m v=1i 17"]],
    ["several", "m v=1i 17\nm v=2i 18\n", ["m v=1i 17", "m v=2i 18"]],
    ["a line feed in a string", 'm s="a\nb" 17\nm v=2i 18', ['m s="a\nb" 17', "m v=2i 18"]],
    ["an escaped quote in a string", 'm s="a\\"\nb" 17\nm v=2i 18', ['m s="a\\"\nb" 17', "m v=2i 18"]],
    ["a backslash at the end of a string", 'm s="a\\\\" 17\nm v=2i 18', ['m s="a\\\\" 17', "m v=2i 18"]],
    ["a quote in a tag", 'm,t=a" v=1i 17\nm v=2i 18', ['m,t=a" v=1i 17', "m v=2i 18"]],
    ["a string that never ends", 'm s="a 17\nm v=2i 18', ['m s="a 17', "m v=2i 18"]],
  ] as const) {
    it(`are split: ${what}`, () => assert.deepEqual(splitLines(text), lines));
  }

  it("lose their CRLF and their blank neighbours", () => {
    const { accepted, refused } = checkLines(["m v=1i 17\r\n\r\n  m v=2i 18  \n\n"], 0);
    assert.deepEqual(accepted, ["m v=1i 17", "m v=2i 18"]);
    assert.deepEqual(refused, []);
  });

  for (const [line, reason] of [
    ["# wal1 seq=1", /comment/],
    ["m v=1i\0 17", /NUL/],
    ["m v=1i\r1 17", /carriage return/],
    ['m s="a 17', /not closed/],
    ["hello", /no field/],
    ['m s="\ud800" 17', /surrogate/],
    [`m s="${"x".repeat(1024 * 1024)}" 17`, /longer than/],
  ] as const) {
    it(`are refused alone: ${reason.source}`, () => {
      const { accepted, refused } = checkLines(["m v=1i 17", line, "m v=2i 18"], 0);
      assert.deepEqual(accepted, ["m v=1i 17", "m v=2i 18"]);
      assert.deepEqual(
        refused.map(({ number }) => number),
        [2],
      );
      assert.match(refused[0]!.reason, reason);
    });
  }

  it("get a timestamp where they have none, each its own", () => {
    const { accepted, stamped } = checkLines(["m v=1i", 'm s="b 17"', "m v=3i -17"], 1_793_354_460_123);
    assert.deepEqual(accepted, [
      "m v=1i 1793354460123000000",
      'm s="b 17" 1793354460123000001',
      "m v=3i -17",
    ]);
    assert.equal(stamped, 2);
  });

  it("are packed into records of bounded size, in order", () => {
    const lines = Array.from({ length: 10 }, (_, n) => `m v=${n}i 17`);
    assert.deepEqual(
      packLines(lines, 4, 1_000).map(({ lines }) => lines),
      [4, 4, 2],
    );
    const packed = packLines(lines, 100, 45);
    assert.ok(packed.every(({ payload }) => payload.length <= 45));
    assert.equal(Buffer.concat(packed.map(({ payload }) => payload)).toString(), `${lines.join("\n")}\n`);
    assert.deepEqual(packLines([], 1, 1), []);
  });
});
