import type { CallOptions, Client } from "../http/client";
import type { JsonObject } from "../json";
import { type Filter, filterOf } from "./filter";
import { type Part, readPart } from "./part";

export const USER_ACTIVITY_PATH = "/api/v2/analytics/users/activity/query";

/** Users or queues in one request; the API's own bound is not documented, that of user aggregates is. */
export const USER_ACTIVITY_CAP = 100;
/** Users in one page. */
export const USER_ACTIVITY_PAGE = 200;
/** A bound for answers that never end. */
const MAX_PAGES = 1_000;

/** Body of the query: with details, each user's statuses and since when come along. */
export interface UserActivityQuery {
  metrics: { metric: string; details: boolean }[];
  groupBy: string[];
  filter?: Filter<"userId" | "queueId">;
}

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

/** Asks for all pages: the answer tells no total, so the first page that is not full is the last. */
export async function askUserActivity(
  client: Client,
  query: UserActivityQuery,
  options: CallOptions,
): Promise<Part> {
  const path = USER_ACTIVITY_PATH;
  const rows: JsonObject[] = [];
  let malformed = 0;
  for (let pageNumber = 1; pageNumber <= MAX_PAGES; pageNumber++) {
    const page = readPart(
      path,
      await client.post(path, query, { pageSize: USER_ACTIVITY_PAGE, pageNumber }, options),
    );
    rows.push(...page.rows);
    malformed += page.malformed;
    if (page.rows.length + page.malformed < USER_ACTIVITY_PAGE) break;
  }
  return { rows, malformed };
}
