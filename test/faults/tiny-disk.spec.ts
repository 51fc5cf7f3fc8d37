import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { WalLog } from "../../lib/wal/log";
import { DisposableDisk, noDisks } from "../support/disposable-disk";
import { eventually } from "../support/node-red";
import { numberedLine } from "../support/wal";

describe("a log on a disk of 1 MB", function () {
  this.timeout(600_000);
  let disk: DisposableDisk;

  before(function () {
    const why = noDisks();
    if (!why) return;
    console.log(`      skipped: ${why}`);
    this.skip();
  });
  beforeEach(() => (disk = new DisposableDisk("tmpfs", 1)));
  afterEach(() => disk.remove());

  const batch = (n: number) => Array.from({ length: 100 }, (_, i) => numberedLine(n * 100 + i));
  async function drain(log: WalLog): Promise<string[]> {
    const lines: string[] = [];
    for (let record = await log.next(); record; record = await log.next()) {
      lines.push(...record.lines);
      log.ack(record.seq);
    }
    return lines;
  }

  it("drops the oldest and says how many, keeps the newest, and goes on when there is room", async () => {
    let dropped = 0;
    const log = await WalLog.open({
      directory: `${disk.path}/wal`,
      onEvent: (event) => (dropped += event.kind === "dropped" ? event.lines : 0),
    });
    for (let n = 0; n < 700; n++) await log.append(batch(n));
    assert.ok(dropped > 10_000);
    const { appended, acked, rejected, corrupt, pending, dropped: counted } = log.stats();
    assert.equal(counted, dropped);
    assert.equal(appended, acked + rejected + dropped + corrupt + pending);
    const lines = await drain(log);
    assert.deepEqual(lines.slice(-100), batch(699));
    assert.equal(lines.length + dropped, 70_000);
    await log.close();
  });

  it("refuses when told so, and loses nothing of what it took", async () => {
    const log = await WalLog.open({ directory: `${disk.path}/wal`, whenFull: "reject" });
    let kept = 0;
    let refused: unknown;
    for (let n = 0; n < 700 && !refused; n++) {
      await log.append(batch(n)).then(
        () => (kept += 100),
        (error: unknown) => (refused = error),
      );
    }
    assert.match(String(refused), /ENOSPC/);
    assert.equal((await drain(log)).length, kept);
    await eventually("it takes lines again", () =>
      log.append(batch(0)).then(
        () => true,
        () => false,
      ),
    );
    await log.close();
  });

  it("opens, sends and takes lines again where others fill the disk", async () => {
    const directory = `${disk.path}/wal`;
    let log = await WalLog.open({ directory });
    for (let n = 0; n < 50; n++) await log.append(batch(n));
    await log.close();
    const filler = `${disk.path}/filler`;
    try {
      for (let at = 0; at < 300; at++) writeFileSync(filler, Buffer.alloc(4096), { flag: "a" });
    } catch {
      // Full.
    }
    assert.ok(statSync(filler).size > 100_000);
    log = await WalLog.open({ directory });
    const lines: string[] = [];
    for (let n = 0; n < 25; n++) {
      const record = await log.next();
      lines.push(...record!.lines);
      log.ack(record!.seq);
    }
    const late = log.append(batch(50));
    rmSync(filler);
    await late;
    lines.push(...(await drain(log)));
    assert.equal(lines.length, 5_100);
    await log.close();
    assert.ok(readdirSync(directory).includes("cursor"));
  });
});
