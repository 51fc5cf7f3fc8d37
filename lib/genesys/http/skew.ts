import type { Clock } from "../../time/clock";

/** Buckets are cut by our clock and filled by theirs; a difference above this moves numbers between buckets. */
const TOLERATED_MS = 5_000;
/** `Date` headers tell whole seconds, cut off. */
const RESOLUTION_MS = 1_000;

/** Compares our clock with the API's, by the `Date` header of its answers. */
export class ClockSkew {
  readonly #clock: Clock;
  #ms: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How far our clock is ahead of the API's in milliseconds (behind: negative); `undefined` before any answer. */
  get ms(): number | undefined {
    return this.#ms;
  }

  /** A warning for the user when the clocks differ by more than 5 s. */
  get warning(): string | undefined {
    if (this.#ms === undefined || Math.abs(this.#ms) <= TOLERATED_MS) return undefined;
    const seconds = Math.round(Math.abs(this.#ms) / 1000);
    return `this machine's clock is ${seconds} s ${this.#ms > 0 ? "ahead of" : "behind"} Genesys Cloud's: set it right, or numbers land in the wrong interval`;
  }

  /** @param sentAt when the request left, so that a slow answer does not look like a skew */
  observe(date: string | undefined, sentAt: number): void {
    const theirs = date === undefined ? NaN : Date.parse(date);
    if (Number.isNaN(theirs)) return;
    const now = this.#clock.now();
    // Any time between sending and receiving, and within the second that the header names, would fit.
    const ahead = sentAt - (theirs + RESOLUTION_MS);
    const behind = now - theirs;
    this.#ms = ahead > 0 ? ahead : Math.min(0, behind);
  }
}
