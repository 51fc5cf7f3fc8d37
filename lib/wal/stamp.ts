const TIMESTAMP = / -?\d{1,19}$/;
const NS_PER_MS = 1_000_000n;
/** A clock that is set back further was wrong before: nobody wants its times to go on. */
const MAX_AHEAD_NS = 24n * 3_600_000n * NS_PER_MS;

/**
 * Gives lines without a timestamp one: a line that InfluxDB stamps on arrival would become another point with every
 * retry. One stamper per log, whose stamps never repeat, whatever the clock does, over restarts as well: two lines with
 * the same one would be the same point.
 */
export class Stamper {
  readonly #random: () => number;
  #lastNs: bigint;
  #lastMs = 0;

  /** @param afterMs all stamps are later than this: the time of the last record, milliseconds since the epoch */
  constructor(afterMs: number, random: () => number = Math.random) {
    this.#random = random;
    this.#lastNs = BigInt(Math.floor(afterMs + 1)) * NS_PER_MS;
  }

  /**
   * No record that is appended now may have an earlier time than this, so that the next start knows which stamps were
   * given; 0 when none was.
   */
  get lastMs(): number {
    return this.#lastMs;
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
    const now = BigInt(Math.floor(nowMs)) * NS_PER_MS;
    if (now > this.#lastNs) this.#lastNs = now;
    else if (this.#lastNs - now <= MAX_AHEAD_NS) this.#lastNs++;
    // Times that may have been given before, but hardly with the same nanoseconds.
    else this.#lastNs = now + BigInt(Math.floor(this.#random() * Number(NS_PER_MS)));
    this.#lastMs = Number(this.#lastNs / NS_PER_MS);
    return this.#lastNs;
  }
}
