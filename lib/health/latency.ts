/** Upper bounds of the buckets, seconds: from a write on the same machine to one that nearly times out. */
const BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** A histogram in the shape of Prometheus. */
export interface LatencyCounts {
  /** Cumulative: how many durations were at most `boundS` long. */
  readonly buckets: readonly { readonly boundS: number; readonly count: number }[];
  readonly count: number;
  readonly sumS: number;
}

/** Counts durations by length. */
export class LatencyHistogram {
  readonly #counts = BOUNDS_S.map(() => 0);
  #count = 0;
  #sumMs = 0;

  observe(ms: number): void {
    this.#count++;
    this.#sumMs += ms;
    const bucket = BOUNDS_S.findIndex((bound) => ms <= bound * 1_000);
    if (bucket >= 0) this.#counts[bucket]!++;
  }

  get counts(): LatencyCounts {
    let below = 0;
    const buckets = BOUNDS_S.map((boundS, at) => ({ boundS, count: (below += this.#counts[at]!) }));
    return { buckets, count: this.#count, sumS: this.#sumMs / 1_000 };
  }
}
