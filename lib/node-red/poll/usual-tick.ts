/** Ticks that are remembered: a pause, or a click between two of them, changes nothing. */
const REMEMBERED = 5;

/** The usual time between the triggers of a poll node: the middle one of the last few. */
export class UsualTick {
  readonly #ticks: number[] = [];

  /** One trigger came so long after the one before. @returns the usual time now, in milliseconds */
  note(ms: number): number {
    this.#ticks.push(ms);
    if (this.#ticks.length > REMEMBERED) this.#ticks.shift();
    const sorted = [...this.#ticks].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)]!;
  }
}
