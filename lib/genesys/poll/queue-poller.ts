import { readMediaTypes } from "../../terms/media-types";
import { type QueueQuery, USUAL_GRANULARITY } from "../../terms/queries";
import { readViews } from "../families/views";
import { DEFAULT_CONVERSATION_METRICS, DEFAULT_OBSERVATION_METRICS } from "../metrics/catalogue";
import { CONVERSATION_METRICS } from "../metrics/conversation-metrics";
import { checkGroupBy } from "../metrics/dimensions";
import { Selection } from "../names/selection";
import { SilentQueues } from "../queries/silent-queues";
import { MetricSet } from "../queries/metric-set";
import { QueueDetailsSource } from "./details-source";
import { AggregatesSource } from "./aggregates-source";
import { type BucketSettings, intervalTimes, liveMemory, type PollerParts, tutorialTimes } from "./buckets";
import { IntervalPoller } from "./interval-poller";
import { LivePoller } from "./live-poller";
import type { Poller } from "./poller";
import { queueAggregates, QueueObservationsSource } from "./queue-sources";

/** The settings of a poll of queues. */
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
  /** Each `name=metric:from-to`. */
  readonly views?: readonly string[];
}

/** Makes the poller of a query about queues. @throws Error naming a setting that is wrong */
export function queuePoller(given: QueuePollSettings, parts: PollerParts): Poller {
  const settings = { ...given, mediaTypes: readMediaTypes(given.mediaTypes) };
  const { client, directory } = parts.config;
  const { notices } = parts;
  const { queues, mediaTypes, metrics, groupBy, views = [] } = settings;
  const sourceParts = (defaults: readonly string[]) => ({
    client,
    directory,
    notices,
    selection: new Selection(queues, "queue", directory.queues, notices),
    metrics: new MetricSet(metrics.length > 0 ? metrics : defaults, notices),
  });
  switch (settings.query) {
    case "observations": {
      const memory = liveMemory(parts, [queues, mediaTypes]);
      const source = new QueueObservationsSource(
        sourceParts(DEFAULT_OBSERVATION_METRICS),
        mediaTypes,
        memory,
      );
      return new LivePoller({ client, source, notices });
    }
    case "details": {
      const times = tutorialTimes(settings);
      const source = new QueueDetailsSource(client, times.grid, queues);
      return new IntervalPoller({ ...parts, client, source, times });
    }
    case "aggregates": {
      checkGroupBy(groupBy);
      const times = intervalTimes(settings, USUAL_GRANULARITY, notices);
      const question = queueAggregates(
        {
          ...sourceParts(DEFAULT_CONVERSATION_METRICS),
          silent: new SilentQueues(parts.directory && `${parts.directory}/silent-queues.json`, client.clock),
        },
        {
          grid: times.grid,
          mediaTypes,
          groupBy,
          views: readViews(views, Object.keys(CONVERSATION_METRICS)),
        },
        { keys: [...queues, ...views], metrics: metrics.length > 0 ? metrics : DEFAULT_CONVERSATION_METRICS },
      );
      const source = new AggregatesSource(question, times.grid);
      return new IntervalPoller({ ...parts, client, source, times });
    }
  }
}
