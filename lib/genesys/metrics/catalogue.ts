import { CONVERSATION_METRICS } from "./conversation-metrics";
import { AGENT_METRICS, OBSERVATION_METRICS } from "./other-metrics";

/**
 * The kind of a metric's numbers, which says its stats.
 *
 * - `count`: events; stat `count`
 * - `time`: durations that are booked when they end; stats `count`, `min`, `max`, `sum`
 * - `level`: service level and target; `ratio`, `numerator`, `denominator`, `target` or `current`, 0 to 1
 * - `quantity`: amounts per interaction; stats `count`, `min`, `max`, `sum`
 * - `now`: how many at this moment; stat `count`, some by qualifier
 * - `since`: when something began; stat `calculatedMetricValue`, milliseconds since the epoch
 * - `status`: time of an agent per status; stat `sum`, by qualifier
 */
export type MetricFamily = "count" | "time" | "level" | "quantity" | "now" | "since" | "status";

/** The query that has the metric. */
export type MetricQuery = "aggregates" | "observations" | "agent-aggregates";

/** One metric, for pickers and documentation. */
export interface MetricInfo {
  /** Genesys Cloud's name. */
  readonly name: string;
  readonly query: MetricQuery;
  readonly family: MetricFamily;
  readonly meaning: string;
  /** Whether it is asked for when none are chosen. */
  readonly byDefault: boolean;
}

/** Meanings by metric name; the first letter and the exceptions below show the rest. */
export type Meanings = Readonly<Record<string, string>>;

/** The daily metrics of a call centre; well below the 20 metrics per call that are known to work. */
export const DEFAULT_CONVERSATION_METRICS = [
  "nOffered",
  "tAnswered",
  "tAbandon",
  "tShortAbandon",
  "tFlowOut",
  "tWait",
  "tAcd",
  "tHandle",
  "tTalkComplete",
  "tHeldComplete",
  "tAcw",
  "tAlert",
  "tNotResponding",
  "nTransferred",
  "nOverSla",
  "oServiceLevel",
  "oServiceTarget",
] as const satisfies readonly (keyof typeof CONVERSATION_METRICS)[];

/** The daily metrics of a team leader: work of agents, not waits of queues. */
export const DEFAULT_PERFORMANCE_METRICS = [
  "tAnswered",
  "tHandle",
  "tTalkComplete",
  "tHeldComplete",
  "tAcw",
  "tAlert",
  "tNotResponding",
  "tAgentResponseTime",
  "nConnected",
  "nTransferred",
  "nBlindTransferred",
  "nConsultTransferred",
  "nConsult",
  "nOutbound",
] as const satisfies readonly (keyof typeof CONVERSATION_METRICS)[];

/** All metrics of queue observations: they cost one request together. */
export const DEFAULT_OBSERVATION_METRICS = Object.keys(OBSERVATION_METRICS);
/** All metrics of user aggregates: they cost one request together. */
export const DEFAULT_AGENT_METRICS = Object.keys(AGENT_METRICS);

/**
 * All metrics that this package can ask for: the 80 of conversation aggregates, the 11 of queue observations, the 3 of
 * user aggregates. Names from the official JavaScript SDK 262.0.0.
 */
export const METRIC_CATALOGUE: readonly MetricInfo[] = [
  ...entries(CONVERSATION_METRICS, "aggregates", DEFAULT_CONVERSATION_METRICS),
  ...entries(OBSERVATION_METRICS, "observations", DEFAULT_OBSERVATION_METRICS),
  ...entries(AGENT_METRICS, "agent-aggregates", DEFAULT_AGENT_METRICS),
];

function entries(meanings: Meanings, query: MetricQuery, defaults: readonly string[]): MetricInfo[] {
  return Object.entries(meanings).map(([name, meaning]) => {
    const family = familyOf(name, query);
    return { name, query, family, meaning, byDefault: defaults.includes(name) };
  });
}

function familyOf(name: string, query: MetricQuery): MetricFamily {
  if (query === "agent-aggregates") return "status";
  if (query === "observations") return name.startsWith("oLongest") ? "since" : "now";
  if (/^o(?:Callback)?Service/.test(name)) return "level";
  return name.startsWith("n") ? "count" : name.startsWith("t") ? "time" : "quantity";
}
