import assert from "node:assert/strict";
import { LockedError } from "../../lib/wal/lock";
import { WalLog } from "../../lib/wal/log";
import { DisposableDisk, noDisks } from "../support/disposable-disk";
import { WalProcess } from "../support/wal-process";
import { randomFrom } from "../support/wal-model";

const CUTS = 30;
const SIZE_MB = { ext4: 128, xfs: 320 };

describe("power cuts while lines are appended", function () {
  this.timeout(900_000);
  const why = noDisks();
  before(function () {
    if (!why) return;
    console.log(`      skipped: ${why}`);
    this.skip();
  });

  for (const kind of ["ext4", "xfs"] as const) {
    it(`lose no confirmed line on ${kind}, in ${CUTS} cuts`, async () => {
      const { lost, confirmed } = await cuts(kind, CUTS, {});
      console.log(`      ${confirmed} lines confirmed, ${lost} lost`);
      assert.ok(confirmed > CUTS * 100, "hardly anything was confirmed");
      assert.equal(lost, 0);
    });

    it(`lose lines on ${kind} where nothing is synced: this test can fail`, async () => {
      const { lost } = await cuts(kind, 4, { WAL_NO_SYNC: "1" });
      assert.ok(lost > 0, "nothing was lost without a sync: the cuts prove nothing");
    });
  }
});

async function cuts(
  kind: "ext4" | "xfs",
  count: number,
  env: NodeJS.ProcessEnv,
): Promise<{ lost: number; confirmed: number }> {
  const disk = new DisposableDisk(kind, SIZE_MB[kind]);
  const random = randomFrom(20_261_122);
  let writer: WalProcess | undefined;
  let [lost, confirmed, first] = [0, 0, 1];
  try {
    for (let cut = 0; cut < count; cut++) {
      writer = new WalProcess(`${disk.path}/wal`, first, env);
      await writer.confirms(100 + Math.floor(random() * 4_000));
      // What is confirmed from here on may be a lie of the dying disk.
      writer.ignore();
      disk.cut();
      await writer.kill();
      disk.remount();
      const found = await drain(`${disk.path}/wal`);
      lost += writer.confirmed.filter((n) => !found.has(n)).length;
      confirmed += writer.confirmed.length;
      first += 10_000_000;
    }
  } finally {
    await writer?.kill();
    disk.remove();
  }
  return { lost, confirmed };
}

/** Takes all lines out of a log, as the next start would send them. */
async function drain(directory: string): Promise<Set<number>> {
  const log = await patiently(() => WalLog.open({ directory }));
  const found = new Set<number>();
  try {
    for (let record = await log.next(); record; record = await log.next()) {
      for (const line of record.lines) found.add(Number(/id=(\d+) /.exec(line)![1]));
      log.ack(record.seq);
    }
  } finally {
    await log.close();
  }
  return found;
}

/** Where nothing is synced, a cut leaves a lock without an owner: it is watched for a while before it is taken over. */
async function patiently(open: () => Promise<WalLog>): Promise<WalLog> {
  for (let tries = 0; ; tries++) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof LockedError) || tries > 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}
