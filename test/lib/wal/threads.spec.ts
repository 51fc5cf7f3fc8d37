import assert from "node:assert/strict";
import { limited } from "../../../lib/wal/limited-file-system";
import { FakeClock, settle } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";

/** What Node has for files, name look-ups and packing together. */
const THREADS = 4;

describe("Node's threads, while disks hang", () => {
  let disk: MemoryFs;
  let running = 0;
  let release: (() => void)[] = [];

  beforeEach(() => {
    running = 0;
    release = [];
    disk = new MemoryFs(new FakeClock());
    const touch = disk.touch.bind(disk);
    disk.touch = async (path) => {
      running++;
      if (path.startsWith("hang")) await new Promise<void>((resolve) => release.push(resolve));
      return touch(path).finally(() => running--);
    };
    disk.put("good/LOCK", Buffer.alloc(0));
  });

  const hang = (log: ReturnType<typeof limited>, calls: number) => {
    for (let n = 0; n < calls; n++) log.touch("hang/LOCK").catch(() => undefined);
  };

  it("leave one to the rest of the runtime, however many logs hang", async () => {
    const logs = Array.from({ length: 5 }, () => limited(disk, 2));
    for (const log of logs) hang(log, 3);
    await settle();
    assert.equal(running, THREADS - 1);
  });

  it("leave one to a log whose disk works, while another log takes all that it may", async () => {
    hang(limited(disk, 2), 5);
    await settle();
    assert.equal(running, 2);
    await limited(disk, 2).touch("good/LOCK");
  });

  it("serve all who waited once a disk answers", async () => {
    const logs = Array.from({ length: 3 }, () => limited(disk, 2));
    for (const log of logs) hang(log, 1);
    const waiting = limited(disk, 2).touch("good/LOCK");
    await settle();
    assert.equal(running, 3);
    release[0]!();
    await waiting;
  });
});
