import { DETAILS_GRANULARITY } from "../../terms/queries";
import type { Client } from "../http/client";
import { granularityOf } from "../interval/granularity";
import { BucketGrid } from "../interval/grid";
import { readHistoryFrom } from "../interval/loads";
import { LiveMemory } from "../live/live-memory";
import type { Directory } from "../names/directory";
import type { Notices } from "../notices";
import type { IntervalTimes } from "./poll-state";

/** The settings that all queries by interval have. */
export interface BucketSettings {
  /** ISO 8601 duration; blank means the query's default. */
  readonly granularity: string;
  /** IANA name; blank means UTC. */
  readonly timeZone?: string;
  /** Buckets that are asked again with every poll. */
  readonly lookback: number;
  /** Hours. */
  readonly maxBackfill: number;
  /** Days that are asked again once a day; none when absent. */
  readonly resyncDays?: number;
  /** A date, or a duration back from the first poll; blank means that history starts with the first poll. */
  readonly historyFrom?: string;
}

/** What a poller is built from, beside its settings. */
export interface PollerParts {
  readonly config: { readonly client: Client; readonly directory: Directory };
  readonly notices: Notices;
  /** Folder of its own for what it must know after a restart; absent where there is no place for files. */
  readonly directory?: string | undefined;
  /** Why older buckets should not be asked just now; `undefined` when nothing is against it. */
  readonly rest?: (() => string | undefined) | undefined;
  /** 0 to 1: where in its window the daily re-sync begins. */
  readonly spread?: number | undefined;
}

/** Makes the memory of a live poll. @param choice all that decides who is asked for, beside the OAuth client */
export function liveMemory(
  { config, directory }: Pick<PollerParts, "config" | "directory">,
  choice: readonly unknown[],
): LiveMemory {
  return new LiveMemory(directory && `${directory}/live.json`, [config.client.identity, ...choice]);
}

/** Nobody is known to use less with Genesys Cloud, and its own base is 30 minutes. */
const SHORTEST_USUAL_MS = 15 * 60_000;

/** Reads which buckets are asked, and when. @throws Error naming a setting that is wrong */
export function intervalTimes(
  settings: BucketSettings,
  defaultGranularity: string,
  notices: Notices,
): IntervalTimes {
  const granularity = granularityOf(settings.granularity || defaultGranularity);
  const grid = new BucketGrid(granularity, settings.timeZone);
  if (granularity.ms < SHORTEST_USUAL_MS) {
    notices.once(
      `granularity ${granularity.text} is below PT15M: Genesys Cloud may refuse it, or book late values elsewhere`,
    );
  }
  const { lookback, maxBackfill, resyncDays = 0, historyFrom = "" } = settings;
  return {
    grid,
    lookback,
    maxBackfillMs: maxBackfill * 3_600_000,
    openBucket: true,
    resyncDays,
    historyFrom: readHistoryFrom(historyFrom, grid.zone),
  };
}

/** The tutorial's query asks each whole minute once: it has nothing to correct, and no history. */
export function tutorialTimes({ granularity, maxBackfill }: BucketSettings): IntervalTimes {
  return {
    grid: new BucketGrid(granularityOf(granularity || DETAILS_GRANULARITY)),
    lookback: 0,
    maxBackfillMs: maxBackfill * 3_600_000,
    openBucket: false,
    resyncDays: 0,
  };
}
