import type { BucketGrid } from "./grid";
import type { Interval } from "./granularity";

/** Settings of a timeline. */
export interface TimelineSettings {
  readonly grid: BucketGrid;
  /** Whole buckets that are asked again with every poll, so that late values correct what was written. */
  readonly lookback: number;
  /** How far back missing buckets are fetched. */
  readonly maxBackfillMs: number;
  /** Whether the bucket that is still filling is asked as well. */
  readonly openBucket: boolean;
}

/** The intervals that one poll should ask. */
export interface Plan {
  /** The time for which it was made; milliseconds since the epoch. */
  readonly now: number;
  /** Asked first, so that a long backfill does not starve it. */
  readonly live: Interval;
  /** Missing buckets before that. */
  readonly backlog: Interval | undefined;
  /** Too old to be fetched: lost unless loaded by hand. */
  readonly gap: Interval | undefined;
}

/** How far all buckets were settled, and when that was. */
export interface Settled {
  readonly at: number;
  readonly until: number;
}

/** Missing buckets up to this number ride along with the live request instead of needing one of their own. */
const RIDE_ALONG = 2;
/** Remembered steps, for a clock that turns out to have been ahead. */
const TRAIL = 16;

/**
 * Tracks which buckets are settled, and plans which to ask next.
 *
 * A bucket is settled once it was asked, with a complete answer, at a time when its look-back had passed; then it is
 * not asked again. `settledUntil` is the end of the newest bucket before which all are settled. The time between
 * polls does not matter: each bucket stays in the live request until it is settled, and buckets missed in an outage
 * are backfilled from there.
 *
 * A plan changes nothing, so that one made for a wrong time can be thrown away.
 */
export class Timeline {
  readonly #settings: TimelineSettings;
  /** Oldest first; the last one holds. */
  #trail: Settled[];

  /** @param trail from a checkpoint; without one, history starts with the first poll */
  constructor(settings: TimelineSettings, trail: readonly Settled[] = []) {
    this.#settings = settings;
    // After an edit of the granularity the time may lie within a bucket: that one is asked again.
    this.#trail = trail.map(({ at, until }) => ({ at, until: settings.grid.startOf(until) }));
  }

  get settledUntil(): number | undefined {
    return this.#trail.at(-1)?.until;
  }

  /** For the checkpoint. */
  get trail(): readonly Settled[] {
    return this.#trail;
  }

  /** @param now the time by the API's clock, as far as it is known */
  plan(now: number): Plan {
    const { grid, openBucket } = this.#settings;
    const live = this.usual(now);
    // Buckets settled later than now were settled by a clock that was ahead; they do not count.
    const settled = this.#trail.findLast(({ at }) => at <= now) ?? this.#trail[0];
    const wanted = Math.min(settled?.until ?? live.start, live.start);
    // What left the look-back since the last poll is no outage, and no question of how far one is filled.
    const isOutage = !openBucket || grid.count({ start: wanted, end: live.start }) > RIDE_ALONG;
    const oldest = isOutage ? this.oldest(now) : wanted;
    const gap = wanted < oldest ? { start: wanted, end: oldest } : undefined;
    const from = Math.max(wanted, oldest);
    if (from >= live.start) return { now, live, backlog: undefined, gap };
    const missing = { start: from, end: live.start };
    return openBucket && grid.count(missing) <= RIDE_ALONG
      ? { now, live: { start: from, end: live.end }, backlog: undefined, gap }
      : { now, live, backlog: missing, gap };
  }

  /** Makes a plan hold: the time was right, and the gap is given up. What was adopted meanwhile stays. */
  accept({ now, live, backlog, gap }: Plan): void {
    const from = backlog?.start ?? live.start;
    this.#trail = this.#trail.filter(({ at }) => at <= now);
    if (this.settledUntil === undefined || this.settledUntil === gap?.start) this.#note(now, from);
  }

  /** Notes that all of an interval was answered. @param askedAt when its request left, by the API's clock */
  settle({ start, end }: Interval, askedAt: number): void {
    const settled = this.settledUntil;
    if (settled === undefined || start > settled) return;
    const until = Math.min(end, this.horizon(askedAt));
    if (until > settled) this.#note(askedAt, until);
  }

  /**
   * Takes over how far another poller of the same question has got; asking starts one look-back before that, as far
   * as the longest backfill reaches.
   *
   * @param begun the start of the oldest bucket that was asked here, or is going to be: where another poller ended
   *   before that, nobody has asked since, and asking goes back to there (no further, as pollers that hear of each
   *   other would send each other ever further back)
   * @returns the bucket from which is asked, where it says more than is known here; a time within the look-back says
   *   nothing yet
   */
  adopt(settledUntil: number, now: number, begun = -Infinity): number | undefined {
    const { grid, lookback } = this.#settings;
    if (settledUntil > this.horizon(now)) return undefined;
    const bucket = grid.startOf(settledUntil);
    const careful = Math.max(grid.shift(bucket, -lookback), Math.min(bucket, this.oldest(now)));
    const until = bucket < begun ? bucket : careful;
    if (this.settledUntil !== undefined && until <= this.settledUntil && bucket >= begun) return undefined;
    // It was settled then at the earliest: a plan under way is older than now and must not take it for the future.
    this.#note(settledUntil, until);
    return until;
  }

  /** The live request when nothing is missing. */
  usual(now: number): Interval {
    const { grid, lookback, openBucket } = this.#settings;
    const open = grid.startOf(now);
    return openBucket
      ? { start: grid.shift(open, -lookback), end: grid.shift(open, 1) }
      : { start: grid.shift(open, -1), end: open };
  }

  /** Buckets that end here or earlier have their look-back behind them. */
  horizon(now: number): number {
    const { grid, lookback, openBucket } = this.#settings;
    const open = grid.startOf(now);
    return openBucket ? grid.shift(open, -lookback) : open;
  }

  /**
   * The start of the oldest bucket that is fetched after an outage. A look-back that reaches further than the longest
   * backfill itself is asked with each poll: there, the longest backfill counts from its start.
   */
  oldest(now: number): number {
    const { grid, maxBackfillMs } = this.#settings;
    const { start } = this.usual(now);
    const oldest = grid.startFrom(now - maxBackfillMs);
    return oldest > start ? grid.startFrom(start - maxBackfillMs) : oldest;
  }

  #note(at: number, until: number): void {
    this.#trail = [...this.#trail, { at, until }].slice(-TRAIL);
  }
}
