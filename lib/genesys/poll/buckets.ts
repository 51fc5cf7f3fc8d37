import type { Client } from "../http/client";
import type { Checkpoint } from "../interval/checkpoint";
import type { Granularity } from "../interval/granularity";
import type { TimelineSettings } from "../interval/timeline";
import type { Directory } from "../names/directory";
import type { Notices } from "../notices";

/** The settings that all queries by interval have. */
export interface BucketSettings {
  /** ISO 8601 duration; blank means the query's default. */
  readonly granularity: string;
  readonly lookback: number;
  /** Hours. */
  readonly maxBackfill: number;
}

/** What a poller is built from, beside its settings. */
export interface PollerParts {
  readonly config: { readonly client: Client; readonly directory: Directory };
  readonly notices: Notices;
  readonly checkpoint: (query: unknown) => Checkpoint | undefined;
}

/** Nobody is known to use less with Genesys Cloud, and its own base is 30 minutes. */
const SHORTEST_USUAL_MS = 15 * 60_000;

export function bucketTimes(
  { lookback, maxBackfill }: BucketSettings,
  granularity: Granularity,
  notices?: Notices,
): TimelineSettings {
  if (notices && granularity.ms < SHORTEST_USUAL_MS) {
    notices.once(
      `granularity ${granularity.text} is below PT15M: Genesys Cloud may refuse it, or book late values elsewhere`,
    );
  }
  return {
    granularity,
    lookback,
    maxBackfillMs: maxBackfill * 3_600_000,
    openBucket: true,
  };
}

/** All that makes the buckets of two queries different; another checkpoint for each. */
export function checkpointKey(client: Client, granularity: Granularity, query: object): unknown {
  return { ...query, granularity: granularity.text, apiUrl: client.endpoints.apiUrl };
}
