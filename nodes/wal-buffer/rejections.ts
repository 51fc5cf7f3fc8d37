import type { Clock, Timer } from "../../lib/time/clock";

const SETTLE_MS = 2_000;

/**
 * Finds rejected lines that nobody keeps: an outcome counts them without naming them, and they come on another output,
 * before or after it, if that is wired here at all.
 */
export class Rejections {
  readonly #clock: Clock;
  readonly #onLost: (lines: number) => void;
  #told = 0;
  #kept = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, onLost: (lines: number) => void) {
    this.#clock = clock;
    this.#onLost = onLost;
  }

  /** Notes lines that an outcome counts as rejected. */
  told(lines: number): void {
    this.#told += lines;
    this.#wait();
  }

  /** Notes lines kept as dead letters. */
  kept(lines: number): void {
    this.#kept += lines;
    this.#wait();
  }

  close(): void {
    this.#timer?.cancel();
  }

  #wait(): void {
    this.#timer ??= this.#clock.after(SETTLE_MS, () => {
      const lost = this.#told - this.#kept;
      this.#told = this.#kept = 0;
      this.#timer = undefined;
      if (lost > 0) this.#onLost(lost);
    });
  }
}
