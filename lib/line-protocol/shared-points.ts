/** Which points an answer makes. */
export interface PointsOf {
  /** Measurement, constant tags, and the names of the others. */
  readonly shape: string;
  /** What they would be called where the user has named no measurement. */
  readonly name: string;
  readonly bucketed: boolean;
}

/**
 * Notices two polls of a runtime whose buckets become the same points: where the user has named the measurement, nothing
 * else may tell them apart, and each would overwrite the other's figures.
 */
export class SharedPoints {
  readonly #names = new Map<string, Set<string>>();

  /** @returns the names of the others, the first time that it is found */
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
