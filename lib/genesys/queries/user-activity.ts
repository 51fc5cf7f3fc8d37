import type { CallOptions, Client } from "../http/client";
import { type JsonObject, textOf } from "../json";
import { type Filter, filterOf } from "./filter";
import { type Part, readPart } from "./part";

/** Path of the query. */
export const USER_ACTIVITY_PATH = "/api/v2/analytics/users/activity/query";

/** Users or queues in one request; the API's own bound is not documented, that of user aggregates is. */
export const USER_ACTIVITY_CAP = 100;
/** Users in one page. */
export const USER_ACTIVITY_PAGE = 200;
/** A bound for answers that never end. */
const MAX_PAGES = 1_000;

/** Body of the query; with details it brings each user's statuses and their times. */
export interface UserActivityQuery {
  metrics: { metric: string; details: boolean }[];
  groupBy: string[];
  filter?: Filter<"userId" | "queueId">;
}

/** Builds the body of a request. */
export function userActivityQuery(wanted: {
  readonly userIds?: readonly string[] | undefined;
  readonly queueIds?: readonly string[] | undefined;
}): UserActivityQuery {
  const filter = filterOf({ userId: wanted.userIds, queueId: wanted.queueIds });
  return {
    metrics: [{ metric: "oActiveQueues", details: true }],
    groupBy: ["userId"],
    ...(filter && { filter }),
  };
}

/**
 * Asks for all pages. The answer has no total, and a page may be shorter than asked: the service may bound it, or
 * filter it after cutting. So a page is the last when every expected agent was seen, or it is empty.
 *
 * @param known ids of the expected agents; `undefined` where unknown
 */
export async function askUserActivity(
  client: Client,
  query: UserActivityQuery,
  options: CallOptions,
  known?: Iterable<string>,
): Promise<Part> {
  const path = USER_ACTIVITY_PATH;
  const byUser = new Map<string, JsonObject>();
  const others: JsonObject[] = [];
  const awaited = known && new Set(known);
  let malformed = 0;
  for (let pageNumber = 1; pageNumber <= MAX_PAGES; pageNumber++) {
    const page = readPart(
      path,
      await client.post(path, query, { pageSize: USER_ACTIVITY_PAGE, pageNumber }, options),
    );
    const seen = byUser.size + others.length;
    for (const row of page.rows) {
      const id = textOf(row["group"], "userId");
      // An agent at the edge of two pages may come with both.
      if (id) byUser.set(id, row);
      else others.push(row);
      if (id) awaited?.delete(id);
    }
    malformed += page.malformed;
    const size = page.rows.length + page.malformed;
    if (awaited?.size === 0 && size < USER_ACTIVITY_PAGE) break;
    // Empty, or the same agents again: a service that does not page.
    if (byUser.size + others.length === seen && page.malformed === 0) break;
  }
  return { rows: [...byUser.values(), ...others], malformed };
}
