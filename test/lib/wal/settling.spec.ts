import assert from "node:assert/strict";
import { parcelOf } from "../../../lib/wal/parcel";
import { Settling } from "../../../lib/wal/settling";
import { settle } from "../../support/fake-clock";
import { numberedLine } from "../../support/wal";

describe("settling records of which the server refused lines", () => {
  let acked: [seq: number, rejected: number][];
  let ends: ((isKnown: boolean) => void)[];
  let settling: Settling;
  const parcel = (seq: number) => parcelOf([{ seq, t: 0, lines: [numberedLine(seq), numberedLine(seq)] }]);
  const refused = { rejected: 1, rejections: [{ at: [1], message: "no", code: "x" }] };

  beforeEach(() => {
    [acked, ends] = [[], []];
    settling = new Settling({
      ack: (seq, rejected) => acked.push([seq, rejected]) > 0,
      keepRejected: () => new Promise((resolve) => ends.push(resolve)),
      window: 3,
      onSettled: () => undefined,
    });
  });

  it("waits for the disk, and lets others pass meanwhile", async () => {
    settling.settle(parcel(1), refused);
    settling.settle(parcel(2), { rejected: 0 });
    assert.deepEqual([acked, settling.isFull], [[[2, 0]], false]);
    ends[0]!(true);
    await settle();
    assert.deepEqual(acked, [
      [2, 0],
      [1, 1],
    ]);
  });

  it("leaves a record pending of whose refused lines nothing became", async () => {
    settling.settle(parcel(1), refused);
    ends[0]!(false);
    await settle();
    assert.deepEqual(acked, []);
  });

  it("says when more lines than the window wait for the disk: only then may they be given up", async () => {
    settling.settle(parcel(1), refused);
    settling.settle(parcel(2), refused);
    assert.equal(settling.isFull, true);
    ends[0]!(true);
    await settle();
    assert.equal(settling.isFull, false);
  });
});
