import assert from "node:assert/strict";
import { Breather } from "../../../lib/time/breather";

describe("long work", () => {
  it("gets one slice in each turn of the event loop, however many works there are", async () => {
    let turn = 0;
    const count = () => {
      turn++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const slices: { readonly work: string; readonly turn: number }[] = [];
    const run = async (work: string) => {
      const breather = new Breather();
      for (let slice = 0; slice < 5; slice++) {
        await breather.breathe();
        slices.push({ work, turn });
      }
    };
    await Promise.all(["a", "b", "c"].map(run));
    clearImmediate(next);
    assert.equal(new Set(slices.map((slice) => slice.turn)).size, 15);
    assert.equal(slices.map(({ work }) => work).join(""), "abc".repeat(5));
  });
});
