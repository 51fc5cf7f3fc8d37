/** The points that an answer makes. */
export interface PointsOf {
  /** Measurement, constant tags, and names of the other tags. */
  readonly shape: string;
  /** The measurement without the user's setting. */
  readonly name: string;
  readonly bucketed: boolean;
}

/**
 * Finds two polls of a runtime whose buckets become the same points, as with one measurement of the user's for both:
 * each would overwrite the other's figures.
 */
export class SharedPoints {
  readonly #names = new Map<string, Set<string>>();

  /** @returns the measurements of the others, the first time only */
  claim({ shape, name, bucketed }: PointsOf): readonly string[] {
    if (!bucketed) return [];
    let names = this.#names.get(shape);
    if (!names) this.#names.set(shape, (names = new Set()));
    if (names.has(name)) return [];
    const others = [...names];
    names.add(name);
    return others;
  }
}
