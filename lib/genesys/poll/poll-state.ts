import type { Checkpoint, Progress } from "../interval/checkpoint";
import type { BucketGrid } from "../interval/grid";
import { Timeline } from "../interval/timeline";
import type { Notices } from "../notices";
import { KeyBook } from "./key-book";

/** Which buckets are asked, and when. */
export interface IntervalTimes {
  readonly grid: BucketGrid;
  /** Buckets that are asked again with every poll. */
  readonly lookback: number;
  readonly maxBackfillMs: number;
  /** Whether the bucket that is still filling is asked as well. */
  readonly openBucket: boolean;
  /** Days that are asked again once a day; 0 for never. */
  readonly resyncDays: number;
  /** When history begins, given the time of the first poll; `undefined`: with the first poll. */
  readonly historyFrom?: ((firstPoll: number) => number) | undefined;
}

/** What a poller keeps: its progress, its place in time and its keys. */
export interface PollState {
  readonly progress: Progress;
  readonly timeline: Timeline;
  readonly keys: KeyBook;
}

/**
 * Reads a poller's state from before a restart; a missing or damaged one starts anew.
 *
 * An edit of the node keeps its place in time: missed buckets are fetched with the new question.
 */
export async function startState(
  checkpoint: Checkpoint,
  query: string,
  times: IntervalTimes,
  notices: Notices,
): Promise<PollState> {
  let saved: Progress | undefined;
  try {
    saved = await checkpoint.load();
  } catch (error) {
    notices.once(`the checkpoint cannot be read, polling starts anew: ${String(error)}`);
  }
  const edited = saved?.query !== query;
  const progress: Progress = saved
    ? { ...saved, query, ...(edited && { keys: undefined, leaving: [] }) }
    : { query, trail: [], arrears: [], leaving: [], loads: [] };
  return {
    progress,
    timeline: new Timeline(times, progress.trail),
    keys: new KeyBook(times.grid, progress),
  };
}
