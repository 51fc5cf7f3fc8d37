import { FIGURE_NAMES, type FigureName, infoOf } from "./figures";
import type { NodeReport } from "./report";
import type { HealthSummary } from "./summary";

/** Figures that mean nothing for several nodes together. */
const OF_NODES_ONLY: ReadonlySet<FigureName> = new Set(["walOldestAt", "tickMs", "budgetUsed"]);

/** Finds the name of a flow tab by its id; `undefined` where there is none. */
export type FlowNames = (flow: string) => string | undefined;

/**
 * Writes the health answer as JSON: `status`, the source tutorial's keys, then our own. Times are ISO 8601 in UTC,
 * `null` before anything happened; counts are 0 then.
 */
export function healthJson(summary: HealthSummary, flowName: FlowNames = () => undefined): HealthJson {
  const answer: Record<string, unknown> = { status: summary.status };
  for (const figure of FIGURE_NAMES) {
    if (OF_NODES_ONLY.has(figure)) continue;
    const { json, kind, merge } = infoOf(figure);
    answer[json] = shown(figure, summary.figures[figure]) ?? (merge === "sum" && kind !== "time" ? 0 : null);
    if (figure === "walBytes") answer["wal_oldest_age_s"] = Math.round(summary.walOldestAgeS);
  }
  return { ...(answer as HealthJson), nodes: summary.nodes.map((node) => nodeJson(node, flowName)) };
}

/** A health answer; the figures are further keys. */
export interface HealthJson extends Readonly<Record<string, unknown>> {
  readonly status: HealthSummary["status"];
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
}

function nodeJson(node: NodeReport, flowName: FlowNames): Record<string, unknown> {
  const { id, type, name, flow, state, message, problems, figures, causes, details } = node;
  const tab = flow === undefined ? undefined : flowName(flow);
  const entry: Record<string, unknown> = {
    id,
    type,
    ...(name && { name }),
    ...(tab && { flow: tab }),
    state,
    message,
  };
  if (problems.length > 0) entry["problems"] = problems.map((problem) => problem.message);
  for (const figure of FIGURE_NAMES) {
    const value = shown(figure, figures[figure]);
    if (value !== undefined) entry[infoOf(figure).json] = value;
  }
  const happened = Object.entries(causes).filter(([, count]) => count > 0);
  if (happened.length > 0) entry["errors_by_cause"] = Object.fromEntries(happened);
  return { ...entry, ...details };
}

function shown(figure: FigureName, value: number | undefined): string | number | undefined {
  if (value === undefined) return undefined;
  return infoOf(figure).kind === "time" ? new Date(value).toISOString() : value;
}
