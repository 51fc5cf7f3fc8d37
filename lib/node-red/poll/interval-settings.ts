import { USUAL_GRANULARITY } from "../../terms/queries";
import { duration, number, text } from "../settings-table";

/** The settings that all polls of buckets share. */
export const INTERVAL_SETTINGS = {
  /** Length of a bucket. */
  granularity: duration(USUAL_GRANULARITY),
  /** Whole buckets asked again at each poll. */
  lookback: number({ default: 2, min: 0, max: 96, whole: true, unit: "buckets" }),
  /** How old missing buckets may be that are fetched after an outage. */
  maxBackfill: number({ default: 24, min: 0, max: 24 * 31, unit: "h" }),
  /** IANA name of the zone in which buckets of an hour, and of a day and longer, begin; blank: UTC. */
  timeZone: text({ form: "timeZone" }),
  /** Days that are asked again once a day, for what Genesys Cloud corrects; 0: never. */
  resyncDays: number({ default: 4, min: 0, max: 31, whole: true, unit: "days" }),
  /** A date, or a duration back from the first poll; blank: history starts with the first poll. */
  historyFrom: text({ form: "dateOrDuration" }),
};

/** Names of `INTERVAL_SETTINGS`, as properties of a node. */
export const INTERVAL_PROPERTIES = Object.keys(
  INTERVAL_SETTINGS,
) as readonly (keyof typeof INTERVAL_SETTINGS)[];
