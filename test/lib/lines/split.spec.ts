import assert from "node:assert/strict";
import { lineProblem, splitLines } from "../../../lib/lines/split";

describe("splitLines", () => {
  const cases: [what: string, text: string, lines: string[]][] = [
    ["lines", "m f=1\nm f=2", ["m f=1", "m f=2"]],
    ["a single line", "m f=1", ["m f=1"]],
    ["nothing", "", []],
    ["blank lines and comments", "\n# c\n  \nm f=1\n \t# d\r\n", ["m f=1"]],
    ["Windows line ends", "m f=1\r\nm f=2\r\n", ["m f=1", "m f=2"]],
    ["a line break in a string", 'm s="a\nb",x=1 5\nm f=2', ['m s="a\nb",x=1 5', "m f=2"]],
    ["an escaped quote in a string", 'm s="a\\"\nb" 5\nm f=2', ['m s="a\\"\nb" 5', "m f=2"]],
    ["a backslash at the end of a string", 'm s="a\\\\"\nm f=2', ['m s="a\\\\"', "m f=2"]],
    ["a quote in a tag", 'm,t="x f=1\nm,t=y" f=2', ['m,t="x f=1', 'm,t=y" f=2']],
    ["a quote in a field key", 'm a"b=1\nm f=2', ['m a"b=1', "m f=2"]],
    ["an equals sign and a quote in a tag", 'm,t\\="=1 f=1\nm f=2', ['m,t\\="=1 f=1', "m f=2"]],
    ["a backslash before a line break", 'm,t=x\\\nm s="" 1', ["m,t=x\\", 'm s="" 1']],
  ];
  for (const [what, text, lines] of cases)
    it(`handles ${what}`, () => assert.deepEqual(splitLines(text), lines));
});

describe("lineProblem", () => {
  const cases: [line: string, problem: RegExp | undefined][] = [
    ['m s="a"', undefined],
    ['m s="a\nb"', undefined],
    ['m,t=" f=1', undefined],
    ['m s="a', /closing quote/],
    ['m s="a\\"', /closing quote/],
    ["m,t=a\\", /backslash/],
    ["m f=1\nm f=2", /line break/],
  ];
  for (const [line, problem] of cases) {
    it(`${problem ? "finds" : "finds nothing in"} ${JSON.stringify(line)}`, () => {
      if (problem) assert.match(lineProblem(line) ?? "", problem);
      else assert.equal(lineProblem(line), undefined);
    });
  }
});
