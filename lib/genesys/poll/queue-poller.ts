import type { Client } from "../http/client";
import type { Checkpoint } from "../interval/checkpoint";
import { granularityOf } from "../interval/granularity";
import type { TimelineSettings } from "../interval/timeline";
import { QueueDetailsSource } from "./details-source";
import type { Notices } from "./notices";
import { Poller } from "./poller";
import type { PollSource } from "./source";

/** How queues can be asked; the first is the default. */
export const QUEUE_QUERIES = ["aggregates", "observations", "details"] as const;

export interface QueuePollSettings {
  readonly query: (typeof QUEUE_QUERIES)[number];
  /** Ids or names, `*` wildcard; empty means all. */
  readonly queues: readonly string[];
  /** Empty means all. */
  readonly mediaTypes: readonly string[];
  /** Empty means the default set. */
  readonly metrics: readonly string[];
  /** Dimensions beside queue and media type. */
  readonly groupBy: readonly string[];
  /** ISO 8601 duration; blank means the query's default. */
  readonly granularity: string;
  readonly lookback: number;
  readonly maxBackfillHours: number;
}

/** What a poller works with. */
export interface PollerParts {
  readonly config: { readonly client: Client };
  readonly notices: Notices;
  readonly checkpoint: (query: unknown) => Checkpoint | undefined;
}

/** @throws Error naming a setting that is wrong */
export function queuePoller(
  settings: QueuePollSettings,
  { config, notices, checkpoint }: PollerParts,
): Poller {
  const { client } = config;
  const granularity = granularityOf(
    settings.granularity || (settings.query === "details" ? "PT1M" : "PT30M"),
  );
  const times = { granularity, maxBackfillMs: settings.maxBackfillHours * 3_600_000 };
  const key = { ...settings, granularity: granularity.text, apiUrl: client.endpoints.apiUrl };
  let source: PollSource;
  let timeline: TimelineSettings | undefined;
  switch (settings.query) {
    case "details":
      source = new QueueDetailsSource(client, granularity, settings.queues);
      timeline = { ...times, lookback: 0, openBucket: false, pieceBuckets: 1 };
      break;
    default:
      throw new Error(`query ${settings.query} is not known`);
  }
  return new Poller({ client, source, notices, timeline, checkpoint: timeline && checkpoint(key) });
}
