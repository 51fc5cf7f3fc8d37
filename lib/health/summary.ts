import type { Counter, NodeReport } from "./figures";

/** What a monitoring system asks first. HTTP 503 goes with `stale` and `failed`. */
export type HealthStatus = "starting" | "running" | "degraded" | "stale" | "failed";

/** The figures of a set of nodes in one. Times are milliseconds since the epoch. */
export interface HealthSummary {
  readonly status: HealthStatus;
  readonly lastPollTime: number | undefined;
  readonly lastWriteTime: number | undefined;
  readonly lastWriteLatencyMs: number | undefined;
  readonly walPending: number;
  readonly walBytes: number;
  /** Age of the oldest unconfirmed line, in seconds; 0 when there is none. */
  readonly walOldestAgeS: number;
  readonly rateLimitedUntil: number | undefined;
  readonly totals: Readonly<Record<Counter, number>>;
  readonly nodes: readonly NodeReport[];
}

/**
 * Sums up what nodes reported.
 *
 * @param staleAfterMs without a successful poll for this long the status is `stale`; when only some of the polling
 *   nodes are that late, it is `degraded`
 */
export function summarize(nodes: readonly NodeReport[], nowMs: number, staleAfterMs: number): HealthSummary {
  const figures = nodes.map((node) => node.figures);
  const lastWrite = nodes
    .filter((node) => node.figures.lastWriteTime !== undefined)
    .sort((a, b) => b.figures.lastWriteTime! - a.figures.lastWriteTime!)[0]?.figures;
  const limited = latest(figures.map(({ rateLimitedUntil }) => rateLimitedUntil));
  const oldest = figures.flatMap(({ walOldestAt }) => walOldestAt ?? []);
  const total = (counter: Counter) => figures.reduce((sum, each) => sum + (each[counter] ?? 0), 0);
  return {
    status: statusOf(nodes, nowMs, staleAfterMs),
    lastPollTime: latest(figures.map(({ lastPollTime }) => lastPollTime)),
    lastWriteTime: lastWrite?.lastWriteTime,
    lastWriteLatencyMs: lastWrite?.lastWriteLatencyMs,
    walPending: figures.reduce((sum, { walPending = 0 }) => sum + walPending, 0),
    walBytes: figures.reduce((sum, { walBytes = 0 }) => sum + walBytes, 0),
    walOldestAgeS: oldest.length === 0 ? 0 : Math.max(0, nowMs - Math.min(...oldest)) / 1000,
    rateLimitedUntil: limited !== undefined && limited > nowMs ? limited : undefined,
    totals: {
      polls: total("polls"),
      pollsSkipped: total("pollsSkipped"),
      linesWritten: total("linesWritten"),
      linesRejected: total("linesRejected"),
      linesDropped: total("linesDropped"),
      linesCorrupt: total("linesCorrupt"),
      errors: total("errors"),
    },
    nodes,
  };
}

function statusOf(nodes: readonly NodeReport[], nowMs: number, staleAfterMs: number): HealthStatus {
  if (nodes.some(({ state }) => state === "failed")) return "failed";
  const polls = nodes.filter(({ type }) => type.endsWith("-poll"));
  const late = polls.filter(({ since, figures }) => nowMs - (figures.lastPollTime ?? since) > staleAfterMs);
  if (polls.length > 0 && late.length === polls.length) return "stale";
  if (late.length > 0 || nodes.some(({ state }) => state === "degraded" || state === "waiting"))
    return "degraded";
  const answered = polls.some(({ figures }) => figures.lastPollTime !== undefined);
  return polls.length > 0 && !answered ? "starting" : "running";
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
