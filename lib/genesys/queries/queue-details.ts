import { GenesysError } from "../errors";
import type { CallOptions, Client } from "../http/client";
import { type Granularity, type Interval } from "../interval/granularity";
import { describeType } from "../../terms/json";
import { isObject, type JsonObject, propertyOf, textOf } from "../json";
import type { Part } from "./part";

/** Not part of Genesys Cloud: the endpoint of the tutorial's collector, for gateways that serve it. */
const QUEUE_DETAILS_PATH = "/api/v2/analytics/queues/details/query";

/** The tutorial's request body, property for property. */
export interface QueueDetailsQuery {
  readonly select: readonly string[];
  readonly where: readonly unknown[];
  readonly groupBy: readonly string[];
  /** ISO 8601 duration. */
  readonly interval: string;
  /** RFC 3339, whole seconds. */
  readonly since: string;
  readonly until: string;
}

function queueDetailsQuery(interval: Interval, granularity: Granularity): QueueDetailsQuery {
  return {
    select: ["count(waitTime)", "sum(answered)", "sum(abandoned)", "sum(offered)"],
    where: [],
    groupBy: ["queueId"],
    interval: granularity.text,
    since: rfc3339(interval.start),
    until: rfc3339(interval.end),
  };
}

/**
 * Asks the tutorial's endpoint for one interval.
 *
 * @param wanted whether the row of a queue is asked for; the endpoint's `where` is not specified, so rows are
 *   chosen here
 * @throws GenesysError when the call fails, or the answer holds no list of results
 */
export async function askQueueDetails(
  client: Client,
  interval: Interval,
  granularity: Granularity,
  wanted: (queueId: string, queueName: string | undefined) => boolean,
  options: CallOptions,
): Promise<Part> {
  const body = await client.post(QUEUE_DETAILS_PATH, queueDetailsQuery(interval, granularity), {}, options);
  const results = propertyOf(body, "results");
  if (!Array.isArray(results)) {
    const found = isObject(body) ? `${describeType(results)} as "results"` : describeType(body);
    throw new GenesysError(
      "answer",
      `POST ${QUEUE_DETAILS_PATH}: expected a list of results, found ${found}`,
    );
  }
  const rows: JsonObject[] = [];
  let malformed = 0;
  for (const row of results as unknown[]) {
    const queueId = textOf(row, "queueId");
    if (!isObject(row) || queueId === undefined) malformed++;
    else if (wanted(queueId, textOf(row, "queueName"))) rows.push(row);
  }
  return { rows, malformed };
}

function rfc3339(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}
