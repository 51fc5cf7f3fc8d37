const TIMESTAMP = / -?\d{1,19}$/;

/**
 * Gives lines without a timestamp one: a line that InfluxDB stamps on arrival is another point with every retry. Stamps
 * of one log never repeat, whatever the clock does: two lines with one stamp would be one point.
 */
export class Stamper {
  #lastNs: bigint;

  /** @param afterMs all stamps are later: the time of the last record, milliseconds since the epoch */
  constructor(afterMs: number) {
    this.#lastNs = BigInt(Math.floor(afterMs + 1)) * 1_000_000n;
  }

  /**
   * @param nowMs milliseconds since the epoch
   * @returns the lines (the same array when all have a timestamp), and how many had none
   */
  stamp(lines: readonly string[], nowMs: number): { lines: readonly string[]; stamped: number } {
    const first = lines.findIndex((line) => !TIMESTAMP.test(line));
    if (first < 0) return { lines, stamped: 0 };
    let stamped = 0;
    const all = lines.map((line, at) => {
      if (at < first || TIMESTAMP.test(line)) return line;
      stamped++;
      return `${line} ${this.#next(nowMs)}`;
    });
    return { lines: all, stamped };
  }

  #next(nowMs: number): bigint {
    const now = BigInt(Math.floor(nowMs)) * 1_000_000n;
    this.#lastNs = now > this.#lastNs ? now : this.#lastNs + 1n;
    return this.#lastNs;
  }
}
