import assert from "node:assert/strict";
import { WalLog } from "../../../lib/wal/log";
import { FakeClock } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { numberedLine } from "../../support/wal";

/** Appends lines one by one, all in the same moment, and reads the records that they became. */
async function records(count: number, joinLines: number): Promise<string[][]> {
  const clock = new FakeClock();
  const fileSystem = new MemoryFs(clock);
  const log = await WalLog.open({ directory: "/wal", fileSystem, clock, joinLines });
  await Promise.all(Array.from({ length: count }, (_, i) => log.append([numberedLine(i)])));
  const read: string[][] = [];
  for (let record = await log.next(); record; record = await log.next()) {
    read.push([...record.lines]);
    assert.equal(log.ack(record.seq), true);
  }
  const { appended, acked, pending } = log.stats();
  assert.deepEqual({ appended, acked, pending }, { appended: count, acked: count, pending: 0 });
  await log.close();
  return read;
}

describe("single lines, appended at the same moment", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, i) => numberedLine(i));

  it("stay records of their own where they are few", async () => {
    assert.deepEqual(
      await records(10, 500),
      lines(10).map((line) => [line]),
    );
  });

  it("become few records where they are many, in order, none longer than asked", async () => {
    const read = await records(1_200, 100);
    assert.deepEqual(read.flat(), lines(1_200));
    assert.ok(read.length <= 15, `${read.length} records`);
    assert.ok(read.every((record) => record.length <= 100));
  });
});
