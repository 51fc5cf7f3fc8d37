import { duration, number } from "../settings-table";

/** The settings that all polls of buckets share. */
export const INTERVAL_SETTINGS = {
  /** Length of a bucket. */
  granularity: duration("PT30M"),
  /** Whole buckets asked again at each poll. */
  lookback: number({ default: 2, min: 0, max: 96, whole: true, unit: "buckets" }),
  /** How old missing buckets may be that are fetched after an outage. */
  maxBackfill: number({ default: 24, min: 0, max: 24 * 31, unit: "h" }),
};
