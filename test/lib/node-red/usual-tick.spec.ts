import assert from "node:assert/strict";
import { UsualTick } from "../../../lib/node-red/poll/usual-tick";

describe("the usual time between two triggers", () => {
  it("is the middle of the last few, whatever one pause or one click did", () => {
    const usual = new UsualTick();
    const minute = 60_000;
    assert.deepEqual(
      [minute, minute, 3_600_000, 500, minute].map((ms) => usual.note(ms)),
      [minute, minute, minute, minute, minute],
    );
  });

  it("follows when the inject node is set to another time", () => {
    const usual = new UsualTick();
    for (let i = 0; i < 5; i++) usual.note(30_000);
    assert.deepEqual(
      [usual.note(600_000), usual.note(600_000), usual.note(600_000)],
      [30_000, 30_000, 600_000],
    );
  });
});
