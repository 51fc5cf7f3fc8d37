import type { View } from "../families/views";
import type { CallOptions, Client } from "../http/client";
import type { Interval } from "../interval/granularity";
import { type BucketGrid, requestTimes } from "../interval/grid";
import { type Filter, filterOf } from "./filter";
import { type Part, readPart } from "./part";

/** Path of the query. */
export const CONVERSATION_AGGREGATES_PATH = "/api/v2/analytics/conversations/aggregates/query";

/** Queues in one request. The API is said to take 300 predicates; we stay well below. */
export const CONVERSATION_AGGREGATES_CAP = 200;

/** Agents in one request: each may have a row for every queue and media type. */
export const AGENT_PERFORMANCE_CAP = 100;

/** Body of the query; the part that we use. */
export interface ConversationAggregatesQuery {
  interval: string;
  granularity: string;
  timeZone?: string;
  groupBy: string[];
  metrics: string[];
  filter?: Filter<"queueId" | "mediaType">;
  views?: View[];
}

/** The question beside interval and queues. */
export interface ConversationAggregatesScope {
  readonly grid: BucketGrid;
  readonly mediaTypes: readonly string[];
  /** Dimensions beside queue and media type. */
  readonly groupBy: readonly string[];
  readonly views?: readonly View[];
}

/** @param queueIds absent means all queues */
export function conversationAggregatesQuery(
  { grid, mediaTypes, groupBy, views = [] }: ConversationAggregatesScope,
  interval: Interval,
  metrics: readonly string[],
  queueIds: readonly string[] | undefined,
): ConversationAggregatesQuery {
  const filter = filterOf({ queueId: queueIds ?? "exists", mediaType: mediaTypes });
  return {
    ...requestTimes(grid, interval),
    groupBy: [...new Set(["queueId", "mediaType", ...groupBy])],
    metrics: [...metrics],
    ...(filter && { filter }),
    ...(views.length > 0 && { views: [...views] }),
  };
}

/** Sends one request. @throws GenesysError */
export async function askConversationAggregates(
  client: Client,
  query: ConversationAggregatesQuery,
  options: CallOptions,
): Promise<Part> {
  const path = CONVERSATION_AGGREGATES_PATH;
  return readPart(path, await client.post(path, query, {}, options));
}
