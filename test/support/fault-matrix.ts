import assert from "node:assert/strict";
import type { Call } from "./memory-fs";
import { type Setup, WalWorld } from "./wal-model";

export const FAULTS = ["EIO", "ENOSPC", "EROFS", "EMFILE", "short"] as const;

/**
 * Lives one life of a log that touches everything: opening, group commit, rotation, reading, acknowledging, dead
 * letters, dropping the oldest, closing, a crash with a torn tail, and opening again. `fault` decides which call fails.
 *
 * @returns the calls that were made
 */
export async function life(setup: Setup, fault: (call: Call) => string | undefined): Promise<Call[]> {
  const world = new WalWorld(setup);
  const calls: Call[] = [];
  const watch = () => {
    world.fs.fault = (call) => {
      const numbered = { ...call, n: calls.length };
      calls.push(numbered);
      return fault(numbered);
    };
  };
  watch();
  await world.openPatiently();
  for (let round = 0; round < 6; round++) {
    await world.append(4, 9);
    await world.readPatiently(3);
    world.ack(0, round === 2);
    if (round === 3) world.rewind();
    await world.wait(1_100);
  }
  await world.keepRejected();
  await world.append(30, 12);
  await world.reopenPatiently();
  await world.append(2, 5);
  // Without a sync before every confirmation, a crash may cost what was confirmed last.
  if (setup.sync === "always") await world.crashPatiently(41, watch);
  else await world.reopenPatiently();
  await world.append(1, 3);
  await world.readPatiently(2);
  world.ack(0, false);
  world.fs.fault = undefined;
  await world.finish();
  return calls;
}

/** Lets every `step`th call of that life fail once, in every way. @returns how many lives were lived */
export async function everyCallFails(setup: Setup, step: number): Promise<number> {
  const calls = await life(setup, () => undefined);
  let lives = 0;
  for (let n = 0; n < calls.length; n += step) {
    for (const code of FAULTS) {
      if (code === "short" && calls[n]!.op !== "write") continue;
      const { op, path } = calls[n]!;
      try {
        await life(setup, (call) => (call.n === n ? code : undefined));
      } catch (error) {
        assert.fail(
          `call ${n}, ${op} ${path}, fails with ${code}: ${error instanceof Error ? error.stack : ""}`,
        );
      }
      lives++;
    }
  }
  return lives;
}
