import type { CallOptions, Client } from "../http/client";
import { type Filter, filterOf } from "./filter";
import { type Part, readPart } from "./part";

/** Path of the query. */
export const QUEUE_OBSERVATIONS_PATH = "/api/v2/analytics/queues/observations/query";

/** Predicates that the API takes. */
export const QUEUE_OBSERVATIONS_CAP = 200;

/** Body of the query. Details are never asked for: they hold personal data, and stop at 100 entries. */
export interface QueueObservationsQuery {
  filter: Filter<"queueId">;
  metrics: string[];
}

/**
 * Media types are not part of the filter: it would hide the groups without media type, which carry the agents.
 */
export function queueObservationsQuery(
  metrics: readonly string[],
  queueIds: readonly string[],
): QueueObservationsQuery {
  return { filter: filterOf({ queueId: queueIds }) ?? { type: "and", clauses: [] }, metrics: [...metrics] };
}

/** Sends one request. @throws GenesysError */
export async function askQueueObservations(
  client: Client,
  query: QueueObservationsQuery,
  options: CallOptions,
): Promise<Part> {
  const path = QUEUE_OBSERVATIONS_PATH;
  return readPart(path, await client.post(path, query, {}, options));
}
