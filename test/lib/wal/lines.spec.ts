import assert from "node:assert/strict";
import { packLines } from "../../../lib/wal/pack";
import { WalLog } from "../../../lib/wal/log";
import { FakeClock } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { Stamper } from "../../../lib/wal/stamp";

describe("lines on their way into the log", () => {
  it("get a timestamp where they have none, each its own", () => {
    const stamper = new Stamper(0);
    const { lines, stamped } = stamper.stamp(["m v=1i", 'm s="b 17"', "m v=3i -17"], 1_793_354_460_123);
    assert.deepEqual(lines, ["m v=1i 1793354460123000000", 'm s="b 17" 1793354460123000001', "m v=3i -17"]);
    assert.equal(stamped, 2);
  });

  it("never get the same timestamp twice, whatever the clock does", () => {
    const stamper = new Stamper(1_793_354_460_200);
    const clock = [1_793_354_460_123, 1_793_354_460_123, 1_793_354_460_300, 1_793_350_000_000];
    const stamps = clock.flatMap((now) => stamper.stamp(["m v=1i", "m v=1i"], now).lines);
    assert.equal(new Set(stamps).size, stamps.length);
    assert.deepEqual(stamps, [...stamps].sort());
    assert.deepEqual(stamps[0], "m v=1i 1793354460201000001");
  });

  it("never get a timestamp twice over a restart, though the clock was set back before it", async () => {
    const clock = new FakeClock();
    const fileSystem = new MemoryFs(clock);
    const stamps: string[] = [];
    const live = async (restartsAt: number) => {
      const log = await WalLog.open({ directory: "/stamps", fileSystem, clock });
      for (const step of [0, restartsAt]) {
        clock.step(step);
        const { lines } = log.stamp(["m v=1i", "m v=1i"]);
        stamps.push(...lines);
        await log.append(lines);
        log.ack((await log.next())!.seq);
      }
      await log.close();
    };
    await live(-3_600_000);
    await live(0);
    clock.step(3_600_000);
    await live(0);
    assert.equal(new Set(stamps).size, stamps.length);
    assert.deepEqual(stamps, [...stamps].sort());
  });

  it("do not go on for ever with the times of a clock that was a year ahead", () => {
    const now = 1_793_354_460_123;
    const stamper = new Stamper(now + 365 * 86_400_000, () => 0.5);
    const { lines } = stamper.stamp(["m v=1i", "m v=1i"], now);
    assert.deepEqual(lines, [`m v=1i ${now}500000`, `m v=1i ${now}500001`]);
  });

  it("are packed into records of bounded size, in order", () => {
    const lines = Array.from({ length: 10 }, (_, n) => `m v=${n}i 17`);
    assert.deepEqual(
      packLines(lines, 4, 1_000).map(({ lines }) => lines),
      [4, 4, 2],
    );
    const packed = packLines(lines, 100, 45);
    assert.ok(packed.every(({ payload }) => payload.length <= 45));
    assert.equal(Buffer.concat(packed.map(({ payload }) => payload)).toString(), `${lines.join("\n")}\n`);
    assert.deepEqual(packLines([], 1, 1), []);
  });
});
