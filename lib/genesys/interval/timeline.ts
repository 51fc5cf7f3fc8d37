import { bucketStart, type Granularity, type Interval } from "./granularity";

export interface TimelineSettings {
  readonly granularity: Granularity;
  /** Whole buckets that are asked again with every poll, so that late values correct what was written. */
  readonly lookback: number;
  /** How far back missing buckets are fetched. */
  readonly maxBackfillMs: number;
  /** Whether the bucket that is still filling is asked as well. */
  readonly openBucket: boolean;
}

/** What one poll should ask. */
export interface Plan {
  /** Asked first, so that a long backfill does not starve it. */
  readonly live: Interval;
  /** Missing buckets in bounded pieces, oldest first. */
  readonly backfill: readonly Interval[];
  /** Too old to be fetched: lost, unless somebody loads it by hand. */
  readonly gap: Interval | undefined;
}

/** Missing buckets up to this number ride along with the live request instead of needing one of their own. */
const RIDE_ALONG = 2;

/**
 * Which buckets are settled, and which to ask next.
 *
 * A bucket is settled once it was asked, with a complete answer, at a time when its lookback had passed; then it is
 * not asked again. `settledUntil` is the end of the newest bucket before which all are settled. The time between
 * polls does not matter: each bucket stays in the live request until it is settled, and what an outage left behind
 * is backfilled from there.
 */
export class Timeline {
  readonly #settings: TimelineSettings;
  #settledUntil: number | undefined;

  /** @param settledUntil from a checkpoint; absent, history starts with the first poll */
  constructor(settings: TimelineSettings, settledUntil?: number) {
    this.#settings = settings;
    this.#settledUntil = settledUntil;
  }

  get settledUntil(): number | undefined {
    return this.#settledUntil;
  }

  /** @param pieceBuckets buckets in one piece of backfill */
  plan(now: number, pieceBuckets: number): Plan {
    const { granularity, openBucket, maxBackfillMs } = this.#settings;
    const usual = this.#usual(now);
    // A clock that was set back may leave the settled time ahead of what is asked; asking again does no harm.
    let from = Math.min(this.#settledUntil ?? usual.start, usual.start);
    const reach = now - maxBackfillMs;
    const oldest = Math.min(bucketStart(reach - 1, granularity) + granularity.ms, usual.start);
    const gap = from < oldest ? { start: from, end: oldest } : undefined;
    from = Math.max(from, oldest);
    this.#settledUntil = Math.max(this.#settledUntil ?? from, from);
    if (openBucket && usual.start - from <= RIDE_ALONG * granularity.ms) {
      return { live: { start: from, end: usual.end }, backfill: [], gap };
    }
    return { live: usual, backfill: this.#pieces(from, usual.start, pieceBuckets), gap };
  }

  /** Notes a complete answer. @param askedAt when its request left */
  settle({ start, end }: Interval, askedAt: number): void {
    const settled = this.#settledUntil;
    if (settled === undefined || start > settled) return;
    this.#settledUntil = Math.max(settled, Math.min(end, this.#horizon(askedAt)));
  }

  /** The live request when nothing is missing. */
  #usual(now: number): Interval {
    const { granularity, lookback, openBucket } = this.#settings;
    const open = bucketStart(now, granularity);
    return openBucket
      ? { start: open - lookback * granularity.ms, end: open + granularity.ms }
      : { start: open - granularity.ms, end: open };
  }

  /** Buckets that end here or earlier have their lookback behind them. */
  #horizon(now: number): number {
    const { granularity, lookback, openBucket } = this.#settings;
    const open = bucketStart(now, granularity);
    return openBucket ? open - lookback * granularity.ms : open;
  }

  #pieces(start: number, end: number, buckets: number): Interval[] {
    const length = buckets * this.#settings.granularity.ms;
    const pieces: Interval[] = [];
    for (let from = start; from < end; from += length)
      pieces.push({ start: from, end: Math.min(from + length, end) });
    return pieces;
  }
}
