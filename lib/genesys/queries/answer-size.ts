/** Bound of keys times buckets in one message of older buckets. */
const PIECE_CELLS = 10_000;
/** Six hours of half hours: a day in four pieces. */
const MAX_PIECE_BUCKETS = 12;

/** Buckets in one piece of backfill: few for many keys, as the rows of a piece are in memory together. */
export function pieceBuckets(keys: number): number {
  return Math.max(1, Math.min(MAX_PIECE_BUCKETS, Math.floor(PIECE_CELLS / Math.max(1, keys))));
}

/** Queues or users times buckets in one answer that is parsed without holding up the event loop, to start with. */
const CELLS = 1_000;

/** Values that a further dimension usually has beside one queue; `OTHERS` for those that are not listed. */
const VALUES: Readonly<Record<string, number>> = {
  userId: 20,
  wrapUpCode: 15,
  requestedRoutingSkillId: 8,
  teamId: 4,
  direction: 2,
  originatingDirection: 2,
  divisionId: 1,
  mediaType: 1,
};
const OTHERS = 3;

/** Cells to start with when an answer is grouped by further dimensions: each makes it longer. */
export function cellsFor(furtherDimensions: readonly string[]): number {
  const rows = furtherDimensions.reduce((product, name) => product * (VALUES[name] ?? OTHERS), 1);
  return Math.max(1, Math.floor(CELLS / rows));
}

/**
 * How many queues or users one request may name, so that its answer stays parsable without holding up the event loop.
 * An answer grows with keys times buckets; the bound shrinks whenever an answer turns out too large.
 */
export class AnswerSize {
  readonly #cap: number;
  #cells: number;

  /** @param cap keys that the API takes in one request. @param cells keys times buckets to start with */
  constructor(cap: number, cells = CELLS) {
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
