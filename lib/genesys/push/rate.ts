import type { Clock } from "../../time/clock";

/** The time that a rate covers, about. */
const WINDOW_MS = 10_000;

/** Measures events per second, and the age of the last one. */
export class Rate {
  readonly #clock: Clock;
  #samples: { readonly at: number; readonly count: number }[] = [];
  #lastAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hear(): void {
    this.#lastAt = this.#clock.monotonic();
  }

  /** @param count of all events so far */
  sample(count: number): void {
    const at = this.#clock.monotonic();
    this.#samples.push({ at, count });
    while (this.#samples[1] && this.#samples[1].at <= at - WINDOW_MS) this.#samples.shift();
  }

  get perSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    return first && last && last.at > first.at
      ? ((last.count - first.count) / (last.at - first.at)) * 1_000
      : 0;
  }

  get lastAgeMs(): number | undefined {
    return this.#lastAt === undefined ? undefined : this.#clock.monotonic() - this.#lastAt;
  }
}
