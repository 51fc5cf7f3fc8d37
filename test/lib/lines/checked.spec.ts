import assert from "node:assert/strict";
import { checkedLines, markChecked, markMade } from "../../../lib/lines/checked";
import { readPayload } from "../../../lib/lines/payload";

describe("lines that were checked already", () => {
  const list = () => ["m f=1 1", "m f=2 2", "m f=3 3"];

  it("are known again as long as the list holds the very same lines", () => {
    const lines = list();
    assert.equal(checkedLines(lines), undefined);
    const read = readPayload(lines);
    assert.deepEqual(read, { lines: list(), refused: [] });
    assert.equal(readPayload(lines).lines, read.lines, "not looked at again");
  });

  const changes: [how: string, change: (lines: string[]) => unknown[]][] = [
    ["changed", (lines) => ((lines[1] = 'm s="open 2'), lines)],
    ["cut", (lines) => (lines.pop(), lines)],
    ["extended", (lines) => (lines.push('m s="open 4'), lines)],
    ["reordered", (lines) => lines.reverse()],
    ["copied", (lines) => [...lines]],
    ["filtered", (lines) => lines.filter(() => true)],
  ];
  for (const [how, change] of changes)
    it(`are foreign once the list is ${how}`, () => {
      assert.equal(checkedLines(change(markChecked(list()))), undefined);
    });

  it("do not let a line through that a function node has spoiled since", () => {
    const lines = markChecked(list());
    lines[1] = 'm s="open 2';
    const { lines: sound, refused } = readPayload(lines);
    assert.deepEqual([sound.length, refused.map(({ at }) => at)], [2, [1]]);
  });

  it("stay as they were read when a function node changes its list afterwards", () => {
    const lines = list();
    const first = readPayload(lines).lines;
    const again = readPayload(lines).lines;
    lines[1] = 'm s="open 2';
    lines.length = 2;
    assert.deepEqual([first, again], [list(), list()]);
  });

  it("that our encoder made are known, but for one that is too long", () => {
    assert.deepEqual(checkedLines(markMade(list())), list());
    assert.equal(checkedLines(markMade([...list(), `m s="${"x".repeat(2_000_000)}" 1`])), undefined);
  });
});
