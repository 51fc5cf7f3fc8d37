import { type Figures, mergeFigures } from "./figures";
import type { NodeReport } from "./report";

/** The statuses of a health answer; `stale` and `failed` are answered with HTTP 503. */
export const HEALTH_STATUSES = ["starting", "running", "degraded", "stale", "failed"] as const;
/** One of {@link HEALTH_STATUSES}. */
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

/** Status and merged figures of a set of nodes. */
export interface HealthSummary {
  readonly status: HealthStatus;
  /** When it was summed up, milliseconds since the epoch. */
  readonly at: number;
  readonly figures: Readonly<Figures>;
  /** Age of the oldest unconfirmed line, in seconds; 0 when there is none. */
  readonly walOldestAgeS: number;
  readonly nodes: readonly NodeReport[];
}

/** A node that opens for longer than this does not work. */
const LONG_OPENING_MS = 60_000;
/** A poll is late after so many of its own usual ticks without success. */
const TICKS_UNTIL_STALE = 2.5;

/**
 * Sums up what nodes reported.
 *
 * @param staleAfterMs a polling node is late after this time without success, or after 2.5 of its own usual ticks where
 *   these are longer; `stale` when all are late, `degraded` when some are
 */
export function summarize(nodes: readonly NodeReport[], nowMs: number, staleAfterMs: number): HealthSummary {
  const figures = mergeFigures(nodes.map((node) => node.figures));
  const lastWriter = nodes.find((node) => {
    const { lastWriteTime } = node.figures;
    return lastWriteTime !== undefined && lastWriteTime === figures.lastWriteTime;
  });
  const limited = figures.rateLimitedUntil;
  return {
    status: statusOf(nodes, nowMs, staleAfterMs),
    at: nowMs,
    figures: {
      ...figures,
      lastWriteLatencyMs: lastWriter?.figures.lastWriteLatencyMs,
      rateLimitedUntil: limited !== undefined && limited > nowMs ? limited : undefined,
    },
    walOldestAgeS: figures.walOldestAt === undefined ? 0 : Math.max(0, nowMs - figures.walOldestAt) / 1_000,
    nodes,
  };
}

function statusOf(nodes: readonly NodeReport[], nowMs: number, staleAfterMs: number): HealthStatus {
  if (nodes.some((node) => hasFailed(node, nowMs))) return "failed";
  const polls = nodes.filter(isPolling);
  const late = polls.filter(({ since, figures }) => {
    const mayTakeMs = Math.max(staleAfterMs, TICKS_UNTIL_STALE * (figures.tickMs ?? 0));
    return nowMs - (figures.lastPollTime ?? since) > mayTakeMs;
  });
  if (polls.length > 0 && late.length === polls.length) return "stale";
  if (late.length > 0 || nodes.some(needsAttention)) return "degraded";
  const answered = polls.some(({ figures }) => figures.lastPollTime !== undefined);
  return polls.length > 0 && !answered ? "starting" : "running";
}

/** A node that counts polls is expected to poll. */
function isPolling({ figures }: NodeReport): boolean {
  return figures.polls !== undefined;
}

function hasFailed({ state, stateSince, problems }: NodeReport, nowMs: number): boolean {
  if (state === "failed" || problems.some(({ makes }) => makes === "failed")) return true;
  return state === "opening" && nowMs - stateSince > LONG_OPENING_MS;
}

function needsAttention({ state, problems }: NodeReport): boolean {
  return state === "degraded" || state === "waiting" || problems.length > 0;
}
