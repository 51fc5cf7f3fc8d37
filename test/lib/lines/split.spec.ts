import assert from "node:assert/strict";
import { cutLines, splitLines } from "../../../lib/lines/split";

describe("splitLines", () => {
  const cases: [what: string, text: string, lines: string[]][] = [
    ["lines", "m f=1\nm f=2", ["m f=1", "m f=2"]],
    ["a single line", "m f=1", ["m f=1"]],
    ["nothing", "", []],
    ["blank lines and comments", "\n# c\n  \nm f=1\n \t# d\r\n", ["m f=1"]],
    ["a single comment", "# c", []],
    ["Windows line ends", "m f=1\r\nm f=2\r\n", ["m f=1", "m f=2"]],
    ["white space around lines", "  m f=1 \n\tm f=2\t", ["m f=1", "m f=2"]],
    ["a byte order mark", "\ufeffm f=1\nm f=2", ["m f=1", "m f=2"]],
    ["a line break in a string", 'm s="a\nb",x=1 5\nm f=2', ['m s="a\nb",x=1 5', "m f=2"]],
    ["an escaped quote in a string", 'm s="a\\"\nb" 5\nm f=2', ['m s="a\\"\nb" 5', "m f=2"]],
    ["a backslash at the end of a string", 'm s="a\\\\"\nm f=2', ['m s="a\\\\"', "m f=2"]],
    ["a quote in a tag", 'm,t="x f=1\nm,t=y" f=2', ['m,t="x f=1', 'm,t=y" f=2']],
    ["a quote in a field key", 'm a"b=1\nm f=2', ['m a"b=1', "m f=2"]],
    ["an equals sign and a quote in a tag", 'm,t\\="=1 f=1\nm f=2', ['m,t\\="=1 f=1', "m f=2"]],
    ["a backslash before a line break", 'm,t=x\\\nm s="" 1', ["m,t=x\\", 'm s="" 1']],
    ["a string that never ends", 'm s="a 17\nm v=2i 18', ['m s="a 17', "m v=2i 18"]],
    ["a quote that opens inside a value", 'm v=5" 17\nm v=2i 18', ['m v=5" 17', "m v=2i 18"]],
  ];
  for (const [what, text, lines] of cases)
    it(`handles ${what}`, () => assert.deepEqual(splitLines(text), lines));

  it("stays linear over ten thousand lines whose strings never close", () => {
    const line = 'm a"=1,s="x';
    const text = Array.from({ length: 10_000 }, () => line).join("\n");
    assert.equal(cutLines(text).length, 10_000);
  });
});
