/** In-memory record of one segment file (at most 4 MiB, so 256 per GiB). */
export interface Segment {
  readonly name: string;
  /** Numbers of its first and last record; `last` is `first - 1` while it has none. */
  readonly first: number;
  last: number;
  /** The last record before it, where numbers were skipped on purpose. */
  after?: number;
  /** End of the good bytes; a failed write may have left others behind. */
  bytes: number;
  /** Records not settled yet: neither acknowledged, rejected, dropped nor corrupt. */
  pendingRecords: number;
  pendingLines: number;
  /** When its first and last record were appended, milliseconds since the epoch. */
  firstAt: number;
  lastAt: number;
  /** The same as `lastAt`, by the monotonic clock of this process. */
  keptAt: number;
}

/** A segment without records. */
export function emptySegment(name: string, first: number): Segment {
  return {
    name,
    first,
    last: first - 1,
    bytes: 0,
    pendingRecords: 0,
    pendingLines: 0,
    firstAt: 0,
    lastAt: 0,
    keptAt: 0,
  };
}

/** Records and lines. */
export interface Count {
  records: number;
  lines: number;
}
