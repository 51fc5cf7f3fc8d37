import { counted } from "../../terms/counted";
import type { PollReason } from "../../terms/kinds";
import { keysOf } from "../handed-on/groups";
import type { HandedOn } from "../handed-on/store";
import type { Progress } from "../interval/checkpoint";
import { type Interval, intervalText } from "../interval/granularity";
import { type Load, loadReport } from "../interval/loads";
import { dayStart } from "../interval/resync";
import type { Notices } from "../notices";
import type { Compared } from "./interval-asker";
import type { IntervalTimes, PollState } from "./poll-state";
import { named } from "./refused-run";
import type { IntervalSource } from "./source";

/** One thing to ask beside the polls. */
export interface Job {
  readonly reason: PollReason;
  readonly interval: Interval;
  /** These alone; `undefined`: all that the poll asks. */
  readonly keys?: readonly string[] | undefined;
  /** Keys beside those: what is no longer listed. */
  readonly also?: readonly string[] | undefined;
  /** Called once the answer was handed on, or the piece is given up. */
  readonly finish: (piece: Interval, compared: Compared | undefined) => void;
  /** Ends a job that is refused for good, with a notice; absent where the longest backfill ends it. */
  readonly giveUp?: (why: string, changeLoads: ChangeLoads) => void;
}

/** Adds or removes loads. */
type ChangeLoads = (progress: Progress, change: (loads: readonly Load[]) => readonly Load[]) => void;

/** What `OlderJobs` works with. */
export interface OlderJobsSettings {
  readonly source: IntervalSource;
  readonly times: IntervalTimes;
  readonly notices: Notices;
  readonly store: HandedOn;
  /** The time by the API's clock. */
  readonly now: () => number;
}

const DAY = 24 * 3_600_000;

/** Chooses what to ask beside the polls, the most urgent first. */
export class OlderJobs {
  readonly #settings: OlderJobsSettings;

  constructor(settings: OlderJobsSettings) {
    this.#settings = settings;
  }

  /**
   * Chooses missing buckets first, then keys that are behind, then the re-sync, then history.
   *
   * @param head cuts the piece that is asked at once off the start of an interval
   */
  async next(state: PollState, head: (interval: Interval) => Interval): Promise<Job | undefined> {
    return (
      this.#backlog(state) ?? this.#arrears(state) ?? (await this.#resync(state, head)) ?? this.#load(state)
    );
  }

  /** Start of what is asked again, milliseconds since the epoch; older buckets are asked once. */
  windowStart({ timeline }: PollState): number {
    const { now, times } = this.#settings;
    const lookback = timeline.usual(now()).start;
    return Math.min(lookback, dayStart(now() - times.resyncDays * DAY, times.grid.zone));
  }

  #backlog({ timeline, keys }: PollState): Job | undefined {
    if (timeline.settledUntil === undefined) return undefined;
    const { backlog } = timeline.plan(this.#settings.now());
    if (!backlog) return undefined;
    const askedAt = this.#settings.now();
    return {
      reason: "backfill",
      interval: backlog,
      also: keys.leaving,
      finish: (piece, compared) => timeline.settle(piece, compared?.askedAt ?? askedAt),
    };
  }

  #arrears({ timeline, keys }: PollState): Job | undefined {
    const { now, times, notices } = this.#settings;
    const end = timeline.usual(now()).start;
    const lost = keys.giveUp(timeline.oldest(now()));
    if (lost && times.maxBackfillMs > 0) {
      notices.once(
        `gap: of ${named(lost.keys)} nothing was fetched since ${intervalText({ start: lost.from, end })}; what is older than the longest backfill stays empty`,
      );
    }
    const behind = keys.furthestBehind(end);
    if (!behind) return undefined;
    return {
      reason: "backfill",
      interval: { start: behind.from, end },
      keys: behind.keys,
      finish: (piece, compared) => {
        const late = new Set(compared?.held);
        keys.caughtUp(
          behind.keys.filter((key) => !late.has(key)),
          piece.end,
        );
      },
    };
  }

  async #resync(state: PollState, head: (interval: Interval) => Interval): Promise<Job | undefined> {
    const { progress } = state;
    const { resync } = progress;
    const { notices, now, store, source, times } = this.#settings;
    if (!resync?.rest) return undefined;
    const { rest } = resync;
    const finish = (piece: Interval, compared: Compared | undefined) => {
      const count = compared?.comparison.changed ?? 0;
      const left = piece.end < rest.end ? { start: piece.end, end: rest.end } : undefined;
      const corrected = resync.corrected + count;
      progress.resync = { ...resync, rest: left, corrected };
      if (left) return;
      notices.tell(
        `re-sync of the last ${times.resyncDays} days: ${counted(corrected, "point")} had been corrected by Genesys Cloud`,
      );
      const oldest = this.windowStart(state);
      const days = Math.ceil((now() - oldest) / DAY) + 1;
      void store.forget(oldest, days).catch(() => undefined);
    };
    const at = source.key === undefined ? -1 : source.groupBy.toSorted().indexOf(source.key);
    const past = await keysOf(store, times.grid.starts(head(rest)), at);
    if (!past) {
      // Nothing was handed on there, so that nothing can be corrected: before the first poll, or in a gap.
      finish(head(rest), undefined);
      return this.#resync(state, head);
    }
    const giveUp = (why: string) => {
      progress.resync = { ...resync, rest: undefined };
      notices.once(
        `re-sync of the last ${times.resyncDays} days: ${intervalText(rest)} is refused and was not asked again: ${why}`,
      );
    };
    return { reason: "resync", interval: rest, also: [...past], finish, giveUp };
  }

  #load({ progress }: PollState): Job | undefined {
    const load = progress.loads[0];
    if (!load) return undefined;
    const { notices } = this.#settings;
    return {
      reason: "load",
      interval: { start: load.next, end: load.end },
      finish: (piece, compared) => {
        const rows = compared && compared.answered.rows.length > 0;
        const after: Load = {
          ...load,
          next: piece.end,
          firstRows: load.firstRows ?? (rows ? piece.start : undefined),
        };
        // It may have been stopped meanwhile.
        if (progress.loads[0] !== load) return;
        const others = progress.loads.slice(1);
        progress.loads = after.next < after.end ? [after, ...others] : others;
        if (after.next >= after.end) notices.tell(loadReport(after));
      },
      giveUp: (why, changeLoads) => {
        const { start, next, end } = load;
        changeLoads(progress, (loads) => loads.filter((one) => one.start !== start || one.end !== end));
        notices.once(`gap: history ${intervalText({ start: next, end })} is refused and stays empty: ${why}`);
      },
    };
  }
}
