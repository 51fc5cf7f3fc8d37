import type { Arrears, Leaving } from "../interval/checkpoint";
import type { BucketGrid } from "../interval/grid";
import type { Keys } from "./source";

/** New queues and agents are asked from this long ago: the list that names them may be that old. */
const NEW_SINCE_MS = 3_600_000;

/** State of a `KeyBook` over restarts. */
export interface KeyState {
  readonly keys?: readonly string[] | undefined;
  readonly arrears: readonly Arrears[];
  readonly leaving: readonly Leaving[];
}

/**
 * Tracks the queues or agents of a poll: new ones are asked from before they were listed, unlisted ones until their
 * late values are in, and those that fail while others are answered fall behind alone.
 */
export class KeyBook {
  readonly #grid: BucketGrid;
  #known: ReadonlySet<string> | undefined;
  #asOf: number | undefined;
  /** Start of the missing buckets of keys that are behind. */
  #arrears: Map<string, number>;
  /** Unlisted keys, and until when they are asked. */
  #leaving: Map<string, number>;

  constructor(grid: BucketGrid, state: KeyState) {
    this.#grid = grid;
    this.#known = state.keys && new Set(state.keys);
    this.#arrears = new Map(
      state.arrears.flatMap(({ from, keys }) => keys.map((key) => [key, from] as const)),
    );
    this.#leaving = new Map(state.leaving.map(({ key, until }) => [key, until]));
  }

  get state(): KeyState {
    return {
      keys: this.#known && [...this.#known],
      arrears: this.#groups(),
      leaving: [...this.#leaving].map(([key, until]) => ({ key, until })),
    };
  }

  /** Keys that are no longer listed, and are asked until their late values are in. */
  get leaving(): string[] {
    return [...this.#leaving.keys()];
  }

  /**
   * Takes the keys of a poll.
   *
   * @param settledUntil buckets that end by then are not asked any more
   * @returns the keys to ask, with those that have just left
   */
  take(keys: Keys | undefined, now: number, settledUntil: number | undefined): string[] | undefined {
    if (!keys) {
      this.#known = undefined;
      this.#arrears.clear();
      this.#leaving.clear();
      return undefined;
    }
    const listed = new Set(keys.ids);
    if (this.#known) {
      const since = Math.min(now - NEW_SINCE_MS, this.#asOf ?? now);
      for (const key of listed) {
        if (this.#known.has(key) || this.#leaving.has(key)) continue;
        this.#behind(key, this.#grid.startOf(since));
      }
      const end = this.#grid.shift(now, 1);
      for (const key of this.#known) if (!listed.has(key)) this.#leaving.set(key, end);
    }
    for (const [key, until] of this.#leaving) {
      if (listed.has(key) || (settledUntil !== undefined && settledUntil >= until)) this.#leaving.delete(key);
    }
    this.#known = listed;
    this.#asOf = keys.asOf;
    return [...listed, ...this.leaving];
  }

  /** Leaves keys behind that failed, while the others are settled. */
  leaveBehind(keys: readonly string[], from: number): void {
    for (const key of keys) this.#behind(key, from);
  }

  /**
   * The keys that are furthest behind.
   *
   * @param asked what live polls ask; keys that need no more than that have caught up
   */
  furthestBehind(asked: number): Arrears | undefined {
    for (const [key, from] of this.#arrears) {
      const gone = this.#known && !this.#known.has(key) && !this.#leaving.has(key);
      if (from >= asked || gone) this.#arrears.delete(key);
    }
    return this.#groups()[0];
  }

  /** Notes how far keys that were behind have come. */
  caughtUp(keys: readonly string[], until: number): void {
    for (const key of keys) if (this.#arrears.has(key)) this.#arrears.set(key, until);
  }

  /** Gives up buckets that are too old to be fetched. @returns the keys that lose some, and from when */
  giveUp(oldest: number): Arrears | undefined {
    const late = [...this.#arrears].filter(([, from]) => from < oldest);
    if (late.length === 0) return undefined;
    for (const [key] of late) this.#arrears.set(key, oldest);
    return { from: Math.min(...late.map(([, from]) => from)), keys: late.map(([key]) => key) };
  }

  #behind(key: string, from: number): void {
    this.#arrears.set(key, Math.min(from, this.#arrears.get(key) ?? Infinity));
  }

  /** Oldest first. */
  #groups(): Arrears[] {
    const groups = new Map<number, string[]>();
    for (const [key, from] of this.#arrears) {
      const keys = groups.get(from);
      if (keys) keys.push(key);
      else groups.set(from, [key]);
    }
    return [...groups].sort(([a], [b]) => a - b).map(([from, keys]) => ({ from, keys }));
  }
}
