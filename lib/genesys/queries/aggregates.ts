import type { Family } from "../../terms/families";
import type { View } from "../families/views";
import type { CallOptions, Client } from "../http/client";
import type { Interval } from "../interval/granularity";
import { type BucketGrid, requestTimes } from "../interval/grid";
import { type Filter, filterOf, type Wanted } from "./filter";
import { type Part, readPart } from "./part";

/** Body of an aggregate query of any family; the part that we use. */
export interface AggregatesQuery {
  interval: string;
  granularity: string;
  timeZone?: string;
  groupBy: string[];
  metrics: string[];
  filter?: Filter<string>;
  views?: View[];
}

/** The question beside interval and metrics. */
export interface AggregatesScope {
  readonly grid: BucketGrid;
  readonly groupBy: readonly string[];
  readonly wanted: Wanted<string>;
  readonly views: readonly View[];
}

/** The path of a family's aggregates query. */
export function aggregatesPath(family: Family): string {
  return `/api/v2/analytics/${family}/aggregates/query`;
}

/** Builds the body of a request. */
export function aggregatesQuery(
  { grid, groupBy, wanted, views }: AggregatesScope,
  interval: Interval,
  metrics: readonly string[],
): AggregatesQuery {
  const filter = filterOf(wanted);
  return {
    ...requestTimes(grid, interval),
    groupBy: [...groupBy],
    metrics: [...metrics],
    ...(filter && { filter }),
    ...(views.length > 0 && { views: [...views] }),
  };
}

/** Sends one request. @throws GenesysError */
export async function askAggregates(
  client: Client,
  family: Family,
  query: AggregatesQuery,
  options: CallOptions,
): Promise<Part> {
  const path = aggregatesPath(family);
  return readPart(path, await client.post(path, query, {}, options));
}
