import { readMediaTypes } from "../../terms/media-types";
import type { QueueQuery } from "../../terms/queries";
import { granularityOf } from "../interval/granularity";
import type { TimelineSettings } from "../interval/timeline";
import { DEFAULT_CONVERSATION_METRICS, DEFAULT_OBSERVATION_METRICS } from "../metrics/catalogue";
import { checkGroupBy } from "../metrics/dimensions";
import { Selection } from "../names/selection";
import { MetricSet } from "../queries/metric-set";
import { QueueDetailsSource } from "./details-source";
import { bucketTimes, type BucketSettings, checkpointKey, type PollerParts } from "./buckets";
import { Poller } from "./poller";
import { QueueAggregatesSource, QueueObservationsSource } from "./queue-sources";
import type { PollSource } from "./source";

export interface QueuePollSettings extends BucketSettings {
  readonly query: QueueQuery;
  /** Ids or names, `*` wildcard; empty means all. */
  readonly queues: readonly string[];
  /** Empty means all. */
  readonly mediaTypes: readonly string[];
  /** Empty means the default set. */
  readonly metrics: readonly string[];
  /** Dimensions beside queue and media type. */
  readonly groupBy: readonly string[];
}

/** @throws Error naming a setting that is wrong */
export function queuePoller(given: QueuePollSettings, parts: PollerParts): Poller {
  const settings = { ...given, mediaTypes: readMediaTypes(given.mediaTypes) };
  const { client, directory } = parts.config;
  const { notices } = parts;
  const granularity = granularityOf(
    settings.granularity || (settings.query === "details" ? "PT1M" : "PT30M"),
  );
  const metricSet = (defaults: readonly string[]) =>
    new MetricSet(settings.metrics.length > 0 ? settings.metrics : defaults, notices);
  const sourceParts = (defaults: readonly string[]) => ({
    client,
    directory,
    notices,
    selection: new Selection(settings.queues, "queue", directory.queues, notices),
    metrics: metricSet(defaults),
  });
  let source: PollSource;
  let timeline: TimelineSettings | undefined;
  switch (settings.query) {
    case "aggregates":
      checkGroupBy(settings.groupBy);
      source = new QueueAggregatesSource(sourceParts(DEFAULT_CONVERSATION_METRICS), {
        ...settings,
        granularity,
      });
      timeline = bucketTimes(settings, granularity, notices);
      break;
    case "observations":
      source = new QueueObservationsSource(sourceParts(DEFAULT_OBSERVATION_METRICS), settings.mediaTypes);
      break;
    case "details":
      source = new QueueDetailsSource(client, granularity, settings.queues);
      timeline = { ...bucketTimes(settings, granularity), lookback: 0, openBucket: false };
  }
  const { query, queues, mediaTypes, metrics, groupBy } = settings;
  const key = checkpointKey(client, granularity, { query, queues, mediaTypes, metrics, groupBy });
  return new Poller({ client, source, notices, timeline, checkpoint: timeline && parts.checkpoint(key) });
}
