import assert from "node:assert/strict";
import { BucketMemory } from "../../../lib/influx/bucket-memory";
import { FakeClock } from "../../support/fake-clock";
import { good, isBad, mixed, type Reply, type Server, write } from "./support";

describe("a batch that the server answers with status 500 again and again", () => {
  const panic: Reply = { status: 500, body: { code: "internal error", message: "panic" } };
  const broken: Server = (part, store) => {
    if (part.some(isBad)) return panic;
    part.forEach(store);
    return { status: 204 };
  };
  /** Half an hour of attempts, each of which is one request and changes nothing. */
  const halfAnHour = async (lines: string[], server: Server) => {
    const clock = new FakeClock();
    const memory = new BucketMemory(clock);
    for (let attempt = 0; attempt < 20; attempt++) {
      const { outcome, requests } = await write(lines, server, memory);
      assert.equal(outcome.stopped?.class, "retry");
      assert.equal(requests, 1);
      memory.failed(lines[0]!, outcome.stopped);
      await clock.advance(100_000);
    }
    return memory;
  };

  it("looks after half an hour for the line that breaks it, and writes the others", async () => {
    const lines = mixed(100, 50);
    const memory = await halfAnHour(lines, broken);
    const { outcome, stored } = await write(lines, broken, memory);
    assert.deepEqual([...outcome.rejected.keys()], [50]);
    assert.equal(stored.size, 99);
  });

  it("gives nothing up while it takes nothing", async () => {
    const lines = good(100);
    const memory = await halfAnHour(lines, () => panic);
    for (let attempt = 0; attempt < 50; attempt++) {
      const { outcome } = await write(lines, () => panic, memory);
      assert.equal(outcome.stopped?.class, "refused");
      assert.equal(outcome.rejected.size, 0);
    }
    const { outcome, stored } = await write(lines, broken, memory);
    assert.deepEqual([outcome.rejected.size, stored.size], [0, 100]);
  });

  it("gives a line that is alone up only after others were taken three times in between", async () => {
    const lines = ["m f=bad 1"];
    const memory = await halfAnHour(lines, broken);
    for (let round = 0; round < 3; round++) {
      const { outcome } = await write(lines, broken, memory);
      assert.equal(outcome.stopped?.class, "refused");
      await write(good(1), broken, memory);
    }
    const { outcome } = await write(lines, broken, memory);
    assert.equal(outcome.rejected.get(0)?.statusCode, 500);
  });

  it("gives nothing up when a good line met one 500 in the search", async () => {
    const lines = good(64);
    const memory = await halfAnHour(lines, () => panic);
    let requests = 0;
    const flapping: Server = (part, store) => (++requests % 3 === 1 ? panic : broken(part, store));
    const { outcome, stored } = await write(lines, flapping, memory);
    if (outcome.stopped === undefined) assert.equal(stored.size, 64);
    assert.equal(outcome.rejected.size, 0);
  });
});
