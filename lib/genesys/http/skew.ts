import type { Clock } from "../../time/clock";

/** Buckets are cut by our clock and filled by theirs; a difference above this moves numbers between buckets. */
const TOLERATED_MS = 5_000;
/** Differences and steps below this are noise. */
const IGNORED_MS = 2_000;
/** `Date` headers have whole seconds, rounded down. */
const RESOLUTION_MS = 1_000;
/** Weight of a new measurement. */
const SMOOTHING = 0.2;

/** Compares our clock with the API's, by the `Date` header of its answers. */
export class ClockSkew {
  readonly #clock: Clock;
  /** How far our clock is ahead of the API's, smoothed. */
  #ms: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How far our clock is ahead of the API's in milliseconds (behind: negative); `undefined` before any answer. */
  get ms(): number | undefined {
    return this.#ms;
  }

  /** The time by the API's clock: this machine's, plus an offset where they differ by more than noise. */
  now(): number {
    return this.at(this.#clock.now());
  }

  /** A time of this machine's clock by the API's. */
  at(time: number): number {
    const ahead = this.#ms ?? 0;
    return Math.abs(ahead) < IGNORED_MS ? time : Math.round(time - ahead);
  }

  /** A warning for the user when the clocks differ by more than 5 s. */
  get warning(): string | undefined {
    if (this.#ms === undefined || Math.abs(this.#ms) <= TOLERATED_MS) return undefined;
    const seconds = Math.round(Math.abs(this.#ms) / 1000);
    return `this machine's clock is ${seconds} s ${this.#ms > 0 ? "ahead of" : "behind"} Genesys Cloud's: set it right, or numbers land in the wrong interval`;
  }

  /**
   * @param date the `Date` header; without one the call does nothing
   * @param sentAt when the request left, so that a slow answer does not look like a skew
   * @param age the `Age` header: with it the answer, and so its date, come out of a cache
   */
  observe(date: string | undefined, sentAt: number, age?: string): void {
    const theirs = date === undefined || age !== undefined ? NaN : Date.parse(date);
    if (Number.isNaN(theirs)) return;
    const now = this.#clock.now();
    // Any time between sending and receiving, and within the second that the header names, would fit.
    const ahead = sentAt - (theirs + RESOLUTION_MS);
    const behind = now - theirs;
    const measured = ahead > 0 ? ahead : Math.min(0, behind);
    const before = this.#ms;
    const isNoise = before !== undefined && Math.abs(measured - before) < IGNORED_MS;
    // A larger step is a clock that was set: smoothed, points would creep to their time for minutes.
    this.#ms = isNoise ? before + SMOOTHING * (measured - before) : measured;
  }
}
