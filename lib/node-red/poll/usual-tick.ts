/** Ticks that are remembered: enough that one pause or click does not change the median. */
const REMEMBERED = 5;

/** The usual time between the triggers of a poll node: the median of the last few. */
export class UsualTick {
  readonly #ticks: number[] = [];

  /** Notes the time since the last trigger. @returns the usual time, in milliseconds */
  note(ms: number): number {
    this.#ticks.push(ms);
    if (this.#ticks.length > REMEMBERED) this.#ticks.shift();
    const sorted = [...this.#ticks].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)]!;
  }
}
