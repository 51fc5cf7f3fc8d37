/**
 * The figures that nodes report: one table for the registry, the totals, the JSON and the Prometheus view.
 */

/** How the figures of several nodes are merged. */
type Merge = "sum" | "latest" | "earliest" | "max";

interface FigureInfo {
  /** `counter`: only ever counts up. `time`: milliseconds since the epoch. `ms`: a duration in milliseconds. */
  readonly kind: "counter" | "gauge" | "time" | "ms";
  readonly help: string;
  readonly merge: Merge;
  /** Key in the health answer; each node's entry has the same key for its own. */
  readonly json: string;
  /** Name after `genesys_influx_`; times and durations are in seconds there. */
  readonly prometheus: string;
}

const counter = (help: string, json: string): FigureInfo & { readonly kind: "counter" } => ({
  kind: "counter",
  help,
  merge: "sum",
  json,
  prometheus: `${json}_total`,
});

/** All figures, by their name in code, in the order of the health answer. */
const FIGURES = {
  lastPollTime: {
    kind: "time",
    help: "Time of the last successful poll.",
    merge: "latest",
    json: "last_poll_time",
    prometheus: "last_poll_timestamp_seconds",
  },
  lastWriteLatencyMs: {
    kind: "ms",
    help: "Duration of the last successful write.",
    merge: "max",
    json: "last_write_latency_ms",
    prometheus: "last_write_latency_seconds",
  },
  walPending: {
    kind: "gauge",
    help: "Lines on disk that are not confirmed.",
    merge: "sum",
    json: "wal_pending",
    prometheus: "wal_pending_lines",
  },
  errors: counter("Errors, by cause.", "errors"),
  lastWriteTime: {
    kind: "time",
    help: "Time of the last successful write.",
    merge: "latest",
    json: "last_write_time",
    prometheus: "last_write_timestamp_seconds",
  },
  linesWritten: counter("Lines that InfluxDB confirmed.", "lines_written"),
  linesRejected: counter("Lines that InfluxDB refused.", "lines_rejected"),
  linesDropped: counter("Lines dropped because the log was full or they were too old.", "lines_dropped"),
  linesCorrupt: counter("Lines lost to damage on disk.", "lines_corrupt"),
  linesUnchanged: counter("Lines not kept again, as their point had not changed.", "lines_unchanged"),
  pointsCorrected: counter("Points that a re-sync found changed.", "points_corrected"),
  rowsSkipped: counter("Rows that could not be encoded.", "rows_skipped"),
  series: {
    kind: "gauge",
    help: "Series that the lines of this process belong to.",
    merge: "sum",
    json: "series",
    prometheus: "series",
  },
  walBytes: {
    kind: "gauge",
    help: "Size of the log on disk.",
    merge: "sum",
    json: "wal_bytes",
    prometheus: "wal_bytes",
  },
  walOldestAt: {
    kind: "time",
    help: "When the oldest unconfirmed line was appended.",
    merge: "earliest",
    json: "wal_oldest_at",
    prometheus: "wal_oldest_timestamp_seconds",
  },
  rateLimitedUntil: {
    kind: "time",
    help: "No request is sent before this time.",
    merge: "latest",
    json: "rate_limited_until",
    prometheus: "rate_limited_until_timestamp_seconds",
  },
  nextTryTime: {
    kind: "time",
    help: "When what failed is tried again.",
    merge: "earliest",
    json: "next_try_time",
    prometheus: "next_try_timestamp_seconds",
  },
  newestBucketTime: {
    kind: "time",
    help: "When the newest bucket begins that InfluxDB confirmed.",
    merge: "latest",
    json: "newest_bucket_time",
    prometheus: "newest_bucket_timestamp_seconds",
  },
  budgetUsed: {
    kind: "gauge",
    help: "Used part of the request budget, 0 to 1.",
    merge: "max",
    json: "rate_limit_used",
    prometheus: "rate_limit_used_ratio",
  },
  tickMs: {
    kind: "ms",
    help: "Usual time between two triggers.",
    merge: "max",
    json: "tick_ms",
    prometheus: "tick_seconds",
  },
  polls: counter("Polls that were answered.", "polls"),
  pollsSkipped: counter(
    "Triggers that were skipped: a poll was running, or a rate limit held.",
    "polls_skipped",
  ),
} as const satisfies Readonly<Record<string, FigureInfo>>;

/** The name of a figure in code. */
export type FigureName = keyof typeof FIGURES;

/** The name of a figure that counts up. */
export type Counter = {
  [K in FigureName]: (typeof FIGURES)[K] extends { readonly kind: "counter" } ? K : never;
}[FigureName];

/** Figures that a node reports; each node sets the ones it knows. `undefined` clears one. */
export type Figures = { [K in FigureName]?: number | undefined };

/** All names, in the table's order. */
export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

/** The facts about one figure, without the narrow types of the table. */
export const infoOf = (name: FigureName): FigureInfo => FIGURES[name];

/** Merges the figures of several nodes; a figure that none of them reports is absent. */
export function mergeFigures(all: readonly Readonly<Figures>[]): Figures {
  const merged: Figures = {};
  for (const name of FIGURE_NAMES) {
    const values = all.flatMap((figures) => figures[name] ?? []);
    if (values.length > 0) merged[name] = MERGES[infoOf(name).merge](values);
  }
  return merged;
}

const MERGES: Readonly<Record<Merge, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  latest: (values) => Math.max(...values),
  max: (values) => Math.max(...values),
  earliest: (values) => Math.min(...values),
};
