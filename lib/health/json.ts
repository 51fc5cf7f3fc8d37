import type { NodeReport } from "./figures";
import type { HealthSummary } from "./summary";

/** The health answer as JSON: the source tutorial's keys first, then what this package knows beyond them. */
export interface HealthJson {
  readonly status: HealthSummary["status"];
  /** ISO 8601 in UTC, `null` before the first successful poll. */
  readonly last_poll_time: string | null;
  readonly last_write_latency_ms: number | null;
  /** Lines on disk that are not confirmed. */
  readonly wal_pending: number;
  /** Since the start of the process. */
  readonly errors: number;
  readonly last_write_time: string | null;
  readonly lines_written: number;
  readonly lines_rejected: number;
  readonly lines_dropped: number;
  readonly lines_corrupt: number;
  readonly wal_bytes: number;
  readonly wal_oldest_age_s: number;
  readonly rate_limited_until: string | null;
  readonly polls: number;
  readonly polls_skipped: number;
  readonly nodes: readonly Record<string, unknown>[];
}

export function healthJson(summary: HealthSummary): HealthJson {
  const { totals } = summary;
  return {
    status: summary.status,
    last_poll_time: iso(summary.lastPollTime),
    last_write_latency_ms: summary.lastWriteLatencyMs ?? null,
    wal_pending: summary.walPending,
    errors: totals.errors,
    last_write_time: iso(summary.lastWriteTime),
    lines_written: totals.linesWritten,
    lines_rejected: totals.linesRejected,
    lines_dropped: totals.linesDropped,
    lines_corrupt: totals.linesCorrupt,
    wal_bytes: summary.walBytes,
    wal_oldest_age_s: Math.round(summary.walOldestAgeS),
    rate_limited_until: iso(summary.rateLimitedUntil),
    polls: totals.polls,
    polls_skipped: totals.pollsSkipped,
    nodes: summary.nodes.map(nodeJson),
  };
}

/** Figures whose value is a time, to be shown as ISO 8601. */
const TIMES = new Set(["lastPollTime", "lastWriteTime", "rateLimitedUntil", "walOldestAt"]);

function nodeJson({ id, type, name, state, message, figures, details }: NodeReport): Record<string, unknown> {
  const shown: Record<string, unknown> = { id, type, ...(name && { name }), state, message };
  for (const [figure, value] of Object.entries<number | undefined>(figures)) {
    if (value !== undefined) shown[snakeCase(figure)] = TIMES.has(figure) ? iso(value) : value;
  }
  return { ...shown, ...details };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function iso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
