/** Number of series that slows a small database down. */
export const MANY_SERIES = 50_000;
/** Bound of remembered series. */
const MOST_SERIES = 1_000_000;

/** Counts the series that a converter has made since its start, and the values of each dimension. */
export class SeriesCount {
  /** Hashes of 30 bits: a count of a million series comes out 0.05 % too low, one of 50,000 by about one. */
  readonly #seen = new Set<number>();
  readonly #values = new Map<string, Set<string>>();

  get count(): number {
    return this.#seen.size;
  }

  /** @param series hash of the series */
  has(series: number): boolean {
    return this.#seen.has(series) || this.#seen.size >= MOST_SERIES;
  }

  /** Counts a new series. */
  add(series: number, tags: Iterable<readonly [dimension: string, value: string]>): void {
    this.#seen.add(series);
    for (const [dimension, value] of tags) {
      let values = this.#values.get(dimension);
      if (!values) this.#values.set(dimension, (values = new Set()));
      if (values.size < MANY_SERIES) values.add(value);
    }
  }

  /** The dimension with the most values, which makes most series; blank before any. */
  get widest(): string {
    let widest = "";
    let most = 0;
    for (const [dimension, { size }] of this.#values) {
      if (size > most) [widest, most] = [dimension, size];
    }
    return widest;
  }
}
