/** Keys times buckets that one message of older buckets should hold at most. */
const PIECE_CELLS = 10_000;
/** Six hours of half hours: a day in four pieces. */
const MAX_PIECE_BUCKETS = 12;

/** Buckets in one piece of backfill: few for many keys, as the rows of a piece are in memory together. */
export function pieceBuckets(keys: number): number {
  return Math.max(1, Math.min(MAX_PIECE_BUCKETS, Math.floor(PIECE_CELLS / Math.max(1, keys))));
}

/**
 * How many queues or users one request may name, so that its answer stays parsable without holding up the event loop.
 * An answer grows with keys times buckets; the bound shrinks whenever an answer turns out too large.
 */
export class AnswerSize {
  readonly #cap: number;
  #cells: number;

  /** @param cap keys that the API takes in one request. @param cells keys times buckets to start with */
  constructor(cap: number, cells = 1_000) {
    this.#cap = cap;
    this.#cells = cells;
  }

  /** Keys for one request that asks for this many buckets. */
  keys(buckets = 1): number {
    return Math.max(1, Math.min(this.#cap, Math.floor(this.#cells / Math.max(1, buckets))));
  }

  /** Notes that an answer with these many keys and buckets was too large. */
  tooLarge(keys: number, buckets = 1): void {
    this.#cells = Math.max(1, Math.min(this.#cells, Math.floor((keys * buckets) / 2)));
  }
}
