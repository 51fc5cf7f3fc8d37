import assert from "node:assert/strict";
import { everyCallFails } from "../../support/fault-matrix";

describe("a log whose disk fails", () => {
  // All calls fail in turn in test/faults; here a part of them, on every run.
  it("tells no lie and does not end, whichever call fails", async () => {
    const lives = await everyCallFails({ sync: "always", whenFull: "drop-oldest" }, 7);
    assert.ok(lives > 50, `${lives} lives`);
  }).timeout(120_000);
});
