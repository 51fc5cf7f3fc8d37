import type { Call } from "../context";
import { bookings } from "../conversation-metrics";
import { badRequest, invalidValue, missingField } from "../errors";
import type { SimQueue } from "../organisation/organisation";
import {
  bodyObject,
  buckets,
  durationMs,
  intervalText,
  isObject,
  knownFields,
  requiredNames,
  time,
} from "../request";
import type { JsonObject, Span } from "../request";

const FIELDS = ["select", "where", "groupBy", "interval", "since", "until"];
const SELECT = ["count(waitTime)", "sum(answered)", "sum(abandoned)", "sum(offered)"] as const;

/** A row of the tutorial's answer. */
interface Row {
  queueId: string;
  waitTime: number;
  answered: number;
  abandoned: number;
  offered: number;
  interval: string;
  intervalEnd: string;
}

/**
 * `POST /api/v2/analytics/queues/details/query`: not an endpoint of Genesys Cloud, but the one that the tutorial calls
 * and that some gateways serve. A row per queue and interval; `waitTime` is the mean wait in seconds. `where` takes
 * `{dimension: "queueId", value}` entries, any of which may match.
 */
export function queueDetails({ world, body }: Call): unknown {
  const request = bodyObject(body);
  knownFields(request, "AnalyticsQuery", FIELDS);
  requiredNames(request, "select", SELECT, "Select");
  requiredNames(request, "groupBy", ["queueId"], "GroupBy");
  const wanted = queueIds(request["where"]);
  const results: Row[] = [];
  const queues = world.organisation
    .queues()
    .filter((queue) => world.answered(queue) && (!wanted || wanted.has(queue.id)));
  for (const span of intervals(request)) {
    for (const queue of queues)
      results.push(row(world.history.conversations(queue, span.start, span.end), queue, span));
  }
  return { totalCount: results.length, results };
}

function intervals(request: JsonObject): Span[] {
  for (const field of ["interval", "since", "until"]) {
    if (request[field] === undefined || request[field] === null) throw missingField(field);
  }
  const length = typeof request["interval"] === "string" ? durationMs(request["interval"]) : undefined;
  if (length === undefined) throw invalidValue(request["interval"], "Period");
  const span = { start: time(request["since"], "since"), end: time(request["until"], "until") };
  if (span.end <= span.start) throw badRequest("[until] must be after [since].");
  if ((span.end - span.start) / length > 1440) throw badRequest("The query covers more than 1440 intervals.");
  return buckets(span, { ms: length, days: 0 });
}

function queueIds(where: unknown): Set<string> | undefined {
  if (!Array.isArray(where)) throw invalidValue(where, "Where");
  if (where.length === 0) return undefined;
  return new Set(
    where.map((entry: unknown) => {
      if (!isObject(entry) || entry["dimension"] !== "queueId" || typeof entry["value"] !== "string") {
        throw invalidValue(entry, "Where");
      }
      knownFields(entry, "Where", ["type", "dimension", "operator", "value"]);
      return entry["value"];
    }),
  );
}

function row(conversations: Iterable<Parameters<typeof bookings>[0]>, queue: SimQueue, span: Span): Row {
  const counts = { nOffered: 0, tAnswered: 0, tAbandon: 0, tWait: 0 };
  let waitMs = 0;
  for (const conversation of conversations) {
    bookings(conversation, ({ metric, at, value }) => {
      if (at < span.start || at >= span.end || !(metric in counts)) return;
      counts[metric as keyof typeof counts]++;
      if (metric === "tWait") waitMs += value;
    });
  }
  return {
    queueId: queue.id,
    waitTime: counts.tWait ? Math.round(waitMs / counts.tWait / 10) / 100 : 0,
    answered: counts.tAnswered,
    abandoned: counts.tAbandon,
    offered: counts.nOffered,
    interval: intervalText(span),
    intervalEnd: new Date(span.end).toISOString(),
  };
}
