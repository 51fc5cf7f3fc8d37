import { systemClock } from "../time/clock";

/** A sync that takes longer does not keep others waiting any more: it is another disk's, or this disk hangs. */
const SLOW_MS = 250;
/** Node has four threads for files; one of them stays free. */
const MAX_AT_ONCE = 3;

/**
 * One sync at a time in this process, for all logs: each occupies a thread of Node's small pool for as long as the disk
 * takes, and four at once would hold up every other file operation of the runtime. A slow one stops counting, so that a
 * disk that hangs blocks only its own log.
 */
export class SyncGate {
  readonly #waiting: Array<() => void> = [];
  #running = 0;
  #slow = 0;

  async run<T>(task: () => Promise<T>): Promise<T> {
    while (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    let slow = false;
    // Real time, whatever clock a test has: it is the pool's threads that are waited for.
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

export const syncGate = new SyncGate();
