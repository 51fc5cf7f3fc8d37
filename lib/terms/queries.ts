import type { PollKind } from "./kinds";

/** The queries of queue polls; the first is the default. */
export const QUEUE_QUERIES = ["aggregates", "observations", "details"] as const;
/** One of {@link QUEUE_QUERIES}. */
export type QueueQuery = (typeof QUEUE_QUERIES)[number];
/** Buckets without the setting. */
export const USUAL_GRANULARITY = "PT30M";
/** Buckets of the source tutorial's query, `details`, without the setting. */
export const DETAILS_GRANULARITY = "PT1M";

/** The queries of agent polls; the first is the default. */
export const AGENT_QUERIES = ["activity", "aggregates", "performance"] as const;
/** One of {@link AGENT_QUERIES}. */
export type AgentQuery = (typeof AGENT_QUERIES)[number];

/** The sources of `genesys-live`; the first is the default. */
export const LIVE_SOURCES = ["queues", "agents"] as const;
/** One of {@link LIVE_SOURCES}. */
export type LiveSource = (typeof LIVE_SOURCES)[number];

/** The kind of answer that each query about queues gives. */
const KIND_OF_QUEUE_QUERY: Readonly<Record<QueueQuery, PollKind>> = {
  aggregates: "queue-aggregates",
  observations: "queue-observations",
  details: "queue-details",
};

/** The kind of answer that each query about agents gives. */
const KIND_OF_AGENT_QUERY: Readonly<Record<AgentQuery, PollKind>> = {
  activity: "agent-activity",
  aggregates: "agent-aggregates",
  performance: "agent-performance",
};

/** The kind of answer that a poll node gives; `undefined` for other nodes and unknown queries. */
export function kindOfQuery(nodeType: string, query: unknown): PollKind | undefined {
  if (nodeType === "genesys-analytics-poll") return "analytics-aggregates";
  const kinds: Readonly<Record<string, Readonly<Record<string, PollKind>>>> = {
    "genesys-queue-poll": KIND_OF_QUEUE_QUERY,
    "genesys-agent-poll": KIND_OF_AGENT_QUERY,
  };
  return kinds[nodeType]?.[String(query)];
}
