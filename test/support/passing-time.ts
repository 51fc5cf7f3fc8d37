import { cpSync, existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { GenesysSimulator } from "../../demo/simulators/genesys/server";
import type { Clock } from "../../lib/time/clock";
import type { FakeClock } from "./fake-clock";

/** What may be under way in a simulated life of collectors. */
export interface UnderWay {
  /** Work of the collectors that needs no clock. */
  readonly busy: () => number;
  /** Requests at the databases. */
  readonly active: () => number;
  readonly simulator: GenesysSimulator;
  /** Nobody waits for the answers to requests up to this time: their process was killed. */
  readonly killedAt?: number;
}

/** Time that passes in a test as fast as all that is under way allows, and never before it is over. */
export class PassingTime {
  readonly #clock: FakeClock;
  #sleeping = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** The clock for the simulator: an answer that waits for it is not under way. */
  get served(): Clock {
    const clock = this.#clock;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, callback) => {
        this.#sleeping++;
        return clock.after(ms, () => {
          this.#sleeping--;
          callback();
        });
      },
    };
  }

  async pass(ms: number, under: UnderWay): Promise<void> {
    const clock = this.#clock;
    const end = clock.monotonic() + ms;
    for (;;) {
      await this.#quiet(under);
      const next = clock.nextInMs;
      if (next === undefined || clock.monotonic() + next > end) break;
      await clock.advance(next);
    }
    await clock.advance(end - clock.monotonic());
  }

  /** Waits until nothing is under way but what waits for the clock. */
  async #quiet(under: UnderWay): Promise<void> {
    for (let rounds = 0; rounds < 6;) {
      const before = performance.now();
      await new Promise((resolve) => setImmediate(resolve));
      // Work that yields to the event loop waits for no clock, and takes real time.
      const worked = performance.now() - before > 1;
      rounds = worked || this.#isBusy(under) ? 0 : rounds + 1;
    }
  }

  #isBusy({ busy, active, simulator, killedAt = -Infinity }: UnderWay): boolean {
    const asked = simulator.requests.filter(({ status, at }) => status === 0 && at > killedAt);
    if (busy() > 0 || active() > 0 || asked.length > this.#sleeping) return true;
    // Files on their way: a close may wait long behind others' syncs.
    return process.getActiveResourcesInfo().some((name) => /^FSReq|^CloseReq/.test(name));
  }
}

/** Hands the files of a killed process to the next one. */
export function inheritFiles(left: string, directory: string): void {
  // The dead process holds files of the log open; all others it opens by name, and finds no more.
  copyAll(join(left, "wal"), join(directory, "wal"));
  if (existsSync(join(left, "polls"))) renameSync(join(left, "polls"), join(directory, "polls"));
  // The owner of the lock is dead, in this story.
  rmSync(join(directory, "wal", "LOCK"), { force: true });
}

/** Files may go while they are copied, as they may between a crash and the next start. */
function copyAll(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      return cpSync(from, to, { recursive: true });
    } catch (error) {
      rmSync(to, { recursive: true, force: true });
      if (attempt === 5) throw error;
    }
  }
}
