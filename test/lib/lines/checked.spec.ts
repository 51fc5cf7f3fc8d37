import assert from "node:assert/strict";
import { isChecked, markChecked, markMade } from "../../../lib/lines/checked";
import { readPayload } from "../../../lib/lines/payload";

describe("lines that were checked already", () => {
  const list = () => ["m f=1 1", "m f=2 2", "m f=3 3"];

  it("are known again as long as the list holds the very same lines", () => {
    const lines = list();
    assert.equal(isChecked(lines), false);
    assert.equal(readPayload(lines).lines, lines);
    assert.equal(isChecked(lines), true);
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
      assert.equal(isChecked(change(markChecked(list()))), false);
    });

  it("do not let a line through that a function node has spoiled since", () => {
    const lines = markChecked(list());
    lines[1] = 'm s="open 2';
    const { lines: sound, refused } = readPayload(lines);
    assert.deepEqual([sound.length, refused.map(({ at }) => at)], [2, [1]]);
  });

  it("that our encoder made are known, but for one that is too long", () => {
    assert.equal(isChecked(markMade(list())), true);
    assert.equal(isChecked(markMade([...list(), `m s="${"x".repeat(2_000_000)}" 1`])), false);
  });
});
