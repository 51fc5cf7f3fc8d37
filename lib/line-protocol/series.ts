/** Beyond so many series a database of the size that people start with becomes slow. */
export const MANY_SERIES = 50_000;
/** More are not told apart. */
const MOST_SERIES = 1_000_000;

/** Counts the series that a converter has made since its start, and which dimension they come from. */
export class SeriesCount {
  /** Hashes: two series in a million share one, which is as good as exact for a count. */
  readonly #seen = new Set<number>();
  readonly #values = new Map<string, Set<string>>();

  get count(): number {
    return this.#seen.size;
  }

  /** @param series tells it from others */
  has(series: number): boolean {
    return this.#seen.has(series) || this.#seen.size >= MOST_SERIES;
  }

  /** Counts a series that is not known yet. */
  add(series: number, tags: Iterable<readonly [dimension: string, value: string]>): void {
    this.#seen.add(series);
    for (const [dimension, value] of tags) {
      let values = this.#values.get(dimension);
      if (!values) this.#values.set(dimension, (values = new Set()));
      if (values.size < MANY_SERIES) values.add(value);
    }
  }

  /** The dimension with the most values, which makes most of the series; blank before any. */
  get widest(): string {
    let widest = "";
    let most = 0;
    for (const [dimension, { size }] of this.#values) {
      if (size > most) [widest, most] = [dimension, size];
    }
    return widest;
  }
}
