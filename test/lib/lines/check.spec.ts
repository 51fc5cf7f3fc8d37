import assert from "node:assert/strict";
import { lineProblem } from "../../../lib/lines/check";

describe("lineProblem", () => {
  const cases: [line: string, problem: RegExp | undefined][] = [
    ["m f=1", undefined],
    ['m s="a"', undefined],
    ['m s="a\nb"', undefined],
    ['m s="a\r\nb"', undefined],
    ['m,t=" f=1', undefined],
    ["m\\ x,t=\\,a f\\==1 17", undefined],
    ['m s="a', /closing quote/],
    ['m s="a\\"', /closing quote/],
    ['m,t=a size=5" 1763802060000000000', /closing quote/],
    ["m,t=a f=1\\", /backslash/],
    ["m f=1\nm f=2", /line break/],
    ["m v=1i\r1 17", /carriage return/],
    ["# wal1 seq=1", /comment/],
    [" m f=1", /blank/],
    ["", /empty/],
    ["m v=1i\0 17", /NUL/],
    ["hello", /no field/],
    ["hello\\ v=1", /no field/],
    ['m s="\ud800" 17', /surrogate/],
    [`m s="${"x".repeat(1024 * 1024)}" 17`, /longer than/],
  ];
  for (const [line, problem] of cases) {
    it(`${problem ? "finds" : "finds nothing in"} ${JSON.stringify(line).slice(0, 60)}`, () => {
      if (problem) assert.match(lineProblem(line) ?? "", problem);
      else assert.equal(lineProblem(line), undefined);
    });
  }
});
