import { backoffMs } from "../time/backoff";
import type { Clock, Timer } from "../time/clock";

const BOUNDS = { baseMs: 1_000, maxMs: 5 * 60_000 };
/** Longest wait that a server may ask for. */
const MAX_ASKED_MS = 15 * 60_000;

/** Waits after failures, longer each time; a server may ask for a longer wait. */
export class BackOff {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onEnd: () => void;
  #failures = 0;
  #waiting: { timer: Timer; until: number; asked: boolean } | undefined;

  /** @param onEnd called when a wait ends */
  constructor(clock: Clock, onEnd: () => void, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
    this.#onEnd = onEnd;
  }

  /** Milliseconds until the wait is over; `undefined` when there is none. */
  get leftMs(): number | undefined {
    return this.#waiting && Math.max(0, this.#waiting.until - this.#clock.monotonic());
  }

  /** Whether the server asked for the present wait, so that it must not be cut short. */
  get asked(): boolean {
    return this.#waiting?.asked ?? false;
  }

  /** Makes the next wait short again: something was written. */
  reset(): void {
    this.#failures = 0;
  }

  /** @param askedMs what the server asks for (`Retry-After`): it lengthens a wait, and never shortens it */
  wait(askedMs: number | undefined): void {
    const own = backoffMs(this.#failures + 1, { ...BOUNDS, random: this.#random });
    const asked = Math.min(askedMs ?? 0, MAX_ASKED_MS);
    // A server that names a time is not down: do not lengthen the next wait.
    if (asked >= own) return this.waitFor(asked);
    this.#failures++;
    this.#start(own, false);
  }

  /** Waits for a fixed time. */
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
