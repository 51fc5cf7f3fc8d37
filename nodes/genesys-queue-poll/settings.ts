import { INTERVAL_PROPERTIES, INTERVAL_SETTINGS } from "../../lib/node-red/poll/interval-settings";
import { choice, list, node } from "../../lib/node-red/settings-table";
import { QUEUE_QUERIES, type QueueQuery } from "../../lib/terms/queries";

/** The settings of `genesys-queue-poll`. */
export const SETTINGS = {
  genesys: node("genesys-config"),
  query: choice(...QUEUE_QUERIES),
  /** Ids or names, `*` wildcard; none: all that the client may see. */
  queues: list(),
  /** None: all. */
  mediaTypes: list(),
  /** None: a good default set. */
  metrics: list(),
  /** Dimensions beside queue and media type. */
  groupBy: list(),
  /** Each `name=metric:from-to`, milliseconds. */
  views: list(),
  ...INTERVAL_SETTINGS,
};

/** What the dialog shows for each query, beside what all have. */
export const SETTINGS_OF_QUERY: Readonly<Record<QueueQuery, readonly (keyof typeof SETTINGS)[]>> = {
  aggregates: ["mediaTypes", "metrics", "groupBy", "views", ...INTERVAL_PROPERTIES],
  observations: ["mediaTypes", "metrics"],
  details: ["granularity", "maxBackfill"],
};
