import type { CallOptions, Client } from "../http/client";
import type { Interval } from "../interval/granularity";
import { type BucketGrid, requestTimes } from "../interval/grid";
import { type Filter, filterOf } from "./filter";
import { type Part, readPart } from "./part";

/** Path of the query. */
export const USER_AGGREGATES_PATH = "/api/v2/analytics/users/aggregates/query";

/** Predicates that the API takes, by its documentation. */
export const USER_AGGREGATES_CAP = 100;

/** Body of the query; the part that we use. */
export interface UserAggregatesQuery {
  interval: string;
  granularity: string;
  timeZone?: string;
  groupBy: string[];
  metrics: string[];
  filter?: Filter<"userId">;
}

/** Builds the body of a request. */
export function userAggregatesQuery(
  grid: BucketGrid,
  interval: Interval,
  metrics: readonly string[],
  userIds: readonly string[],
): UserAggregatesQuery {
  const filter = filterOf({ userId: userIds });
  return {
    ...requestTimes(grid, interval),
    groupBy: ["userId"],
    metrics: [...metrics],
    ...(filter && { filter }),
  };
}

/** Sends one request. @throws GenesysError */
export async function askUserAggregates(
  client: Client,
  query: UserAggregatesQuery,
  options: CallOptions,
): Promise<Part> {
  const path = USER_AGGREGATES_PATH;
  return readPart(path, await client.post(path, query, {}, options));
}
