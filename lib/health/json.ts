import { FIGURE_NAMES, type FigureName, infoOf } from "./figures";
import type { NodeReport } from "./report";
import type { HealthSummary } from "./summary";

/** Figures of single nodes that mean nothing summed up. */
const OF_NODES_ONLY: ReadonlySet<FigureName> = new Set(["walOldestAt", "tickMs", "budgetUsed"]);

/** Finds the name of a flow tab by its id; `undefined` where there is none. */
export type FlowNames = (flow: string) => string | undefined;

/**
 * The health answer as JSON: `status`, then the source tutorial's keys, then what this package knows beyond them. Times are
 * ISO 8601 in UTC, `null` before anything happened; counts are 0 then.
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

/** What every answer holds, whatever else is there. */
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
