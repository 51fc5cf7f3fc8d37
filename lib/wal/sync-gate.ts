import { systemClock } from "../time/clock";

/** A longer sync no longer holds up others: it is another disk's, or this disk hangs. */
const SLOW_MS = 250;
/** Bound of syncs at once: one of Node's four threads for files stays free. */
const MAX_AT_ONCE = 3;

/**
 * Runs one sync at a time for all logs of this process: each occupies a thread of Node's pool for as long as the disk
 * takes, and four at once would hold up every file operation of the runtime. A slow one stops counting, so that a disk
 * that hangs blocks only its own log.
 */
export class SyncGate {
  readonly #waiting: Array<() => void> = [];
  #running = 0;
  #slow = 0;

  async run<T>(task: () => Promise<T>): Promise<T> {
    while (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    let slow = false;
    // Real time in tests too, as the pool's threads are real.
    const timer = systemClock.after(SLOW_MS, () => {
      slow = true;
      this.#slow++;
      this.#wake();
    });
    try {
      return await task();
    } finally {
      timer.cancel();
      this.#running--;
      if (slow) this.#slow--;
      this.#wake();
    }
  }

  get #isOpen(): boolean {
    return this.#running - this.#slow < 1 && this.#running < MAX_AT_ONCE;
  }

  #wake(): void {
    if (this.#isOpen) this.#waiting.shift()?.();
  }
}

/** The gate of this process. */
export const syncGate = new SyncGate();
