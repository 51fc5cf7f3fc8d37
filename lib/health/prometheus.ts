import type { Figures, NodeReport } from "./figures";
import type { HealthStatus, HealthSummary } from "./summary";

const STATUSES: readonly HealthStatus[] = ["starting", "running", "degraded", "stale", "failed"];

interface Family {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  /** The figure of one node, in the family's unit; `undefined` when the node does not report it. */
  readonly of: (figures: Readonly<Figures>) => number | undefined;
}

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

/** One sample per node that reports the figure; sums over nodes are the business of the query. */
const FAMILIES: readonly Family[] = [
  {
    name: "last_poll_timestamp_seconds",
    type: "gauge",
    help: "Time of the last successful poll.",
    of: (f) => seconds(f.lastPollTime),
  },
  { name: "polls_total", type: "counter", help: "Polls that were answered.", of: (f) => f.polls },
  {
    name: "polls_skipped_total",
    type: "counter",
    help: "Triggers that were skipped.",
    of: (f) => f.pollsSkipped,
  },
  {
    name: "rate_limited_until_timestamp_seconds",
    type: "gauge",
    help: "No request is sent before this time.",
    of: (f) => seconds(f.rateLimitedUntil),
  },
  {
    name: "rate_limit_used_ratio",
    type: "gauge",
    help: "Used part of the request budget.",
    of: (f) => f.budgetUsed,
  },
  {
    name: "last_write_timestamp_seconds",
    type: "gauge",
    help: "Time of the last successful write.",
    of: (f) => seconds(f.lastWriteTime),
  },
  {
    name: "last_write_latency_seconds",
    type: "gauge",
    help: "Duration of the last successful write.",
    of: (f) => seconds(f.lastWriteLatencyMs),
  },
  {
    name: "lines_written_total",
    type: "counter",
    help: "Lines that InfluxDB confirmed.",
    of: (f) => f.linesWritten,
  },
  {
    name: "lines_rejected_total",
    type: "counter",
    help: "Lines that InfluxDB refused.",
    of: (f) => f.linesRejected,
  },
  {
    name: "lines_dropped_total",
    type: "counter",
    help: "Lines dropped because the log was full or they were too old.",
    of: (f) => f.linesDropped,
  },
  {
    name: "lines_corrupt_total",
    type: "counter",
    help: "Lines lost to damage on disk.",
    of: (f) => f.linesCorrupt,
  },
  {
    name: "wal_pending_lines",
    type: "gauge",
    help: "Lines on disk that are not confirmed.",
    of: (f) => f.walPending,
  },
  { name: "wal_bytes", type: "gauge", help: "Size of the log on disk.", of: (f) => f.walBytes },
  {
    name: "wal_oldest_timestamp_seconds",
    type: "gauge",
    help: "When the oldest unconfirmed line was appended.",
    of: (f) => seconds(f.walOldestAt),
  },
  { name: "errors_total", type: "counter", help: "Errors.", of: (f) => f.errors },
];

/**
 * The health answer in the Prometheus text format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 */
export function healthPrometheus(summary: HealthSummary): string {
  const lines = [
    "# HELP genesys_influx_status 1 for the present status, 0 for the others.",
    "# TYPE genesys_influx_status gauge",
    ...STATUSES.map(
      (status) => `genesys_influx_status{status="${status}"} ${status === summary.status ? 1 : 0}`,
    ),
    "# HELP genesys_influx_wal_oldest_age_seconds Age of the oldest unconfirmed line.",
    "# TYPE genesys_influx_wal_oldest_age_seconds gauge",
    `genesys_influx_wal_oldest_age_seconds ${summary.walOldestAgeS}`,
  ];
  for (const { name, type, help, of } of FAMILIES) {
    const samples = summary.nodes.flatMap((node) => {
      const value = of(node.figures);
      return value === undefined ? [] : [`genesys_influx_${name}{${labels(node)}} ${value}`];
    });
    if (samples.length > 0) {
      lines.push(
        `# HELP genesys_influx_${name} ${help}`,
        `# TYPE genesys_influx_${name} ${type}`,
        ...samples,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

function labels({ id, type, name }: NodeReport): string {
  return Object.entries({ node: id, type, name: name ?? "" })
    .map(([label, value]) => `${label}="${escapeLabel(value)}"`)
    .join(",");
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
