import { backoffMs } from "../time/backoff";
import type { Clock, Timer } from "../time/clock";

const BOUNDS = { baseMs: 1_000, maxMs: 5 * 60_000 };
/** However long a server asks to wait, after so long there is a try. */
const MAX_ASKED_MS = 15 * 60_000;

/** Waits after a failure: longer each time, but for the waits that a server asks for. */
export class BackOff {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onEnd: () => void;
  #failures = 0;
  #waiting: { timer: Timer; until: number; asked: boolean } | undefined;

  /** @param onEnd called when a wait is over, or was ended */
  constructor(clock: Clock, onEnd: () => void, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
    this.#onEnd = onEnd;
  }

  /** Milliseconds until the wait is over; `undefined` when there is none. */
  get leftMs(): number | undefined {
    return this.#waiting && Math.max(0, this.#waiting.until - this.#clock.monotonic());
  }

  /** Whether the present wait is one that somebody asked for, so that it must not be cut short. */
  get asked(): boolean {
    return this.#waiting?.asked ?? false;
  }

  /** Something was written: the next wait is short again. */
  reset(): void {
    this.#failures = 0;
  }

  /** @param askedMs what the server asks for (`Retry-After`): it lengthens a wait, and never shortens it */
  wait(askedMs: number | undefined): void {
    const own = backoffMs(this.#failures + 1, { ...BOUNDS, random: this.#random });
    const asked = Math.min(askedMs ?? 0, MAX_ASKED_MS);
    // Who says when to come back is not down: the next failure is no reason to wait longer.
    if (asked >= own) return this.waitFor(asked);
    this.#failures++;
    this.#start(own, false);
  }

  /** Waits for so long, whatever failed before. */
  waitFor(ms: number): void {
    this.#start(ms, true);
  }

  end(): void {
    this.cancel();
    this.#onEnd();
  }

  cancel(): void {
    this.#waiting?.timer.cancel();
    this.#waiting = undefined;
  }

  #start(ms: number, asked: boolean): void {
    this.cancel();
    const timer = this.#clock.after(ms, () => this.end());
    this.#waiting = { timer, until: this.#clock.monotonic() + ms, asked };
  }
}
