import { describeValue, isObject, type JsonObject } from "../../terms/json";
import { TUTORIAL_COUNTERS } from "../../terms/fields";
import type { PollKind } from "../../terms/kinds";
import { STATUS_TIMES } from "../../terms/presences";
import { SchemaError } from "../field-types";
import type { Point } from "../point";
import { entriesAt, listAt, objectAt } from "../json";
import { PointBuilder } from "../point-builder";
import type { AnswerContext, Schema } from "../schema";
import { readInterval } from "../times";
import type { TimeRange } from "../times";
import { qualifierName, readName } from "./metric";

/** Whether the points of a kind begin with the tutorial's four figures. */
const HAS_TUTORIAL_FIELDS: Readonly<Record<PollKind, boolean>> = {
  "queue-aggregates": true,
  "queue-details": true,
  "queue-observations": false,
  "agent-activity": false,
  "agent-aggregates": false,
  "agent-performance": true,
  "analytics-aggregates": false,
};

/** A row of an aggregate answer, `{group, data: [{interval, metrics, views?}]}`: one point per bucket. */
export function* aggregatePoints(
  row: JsonObject,
  schema: Schema,
  answer: AnswerContext,
): Generator<Point | SchemaError> {
  const group = objectAt(row, "group");
  new PointBuilder(schema, answer).group(group);
  const data = listAt(row, "data");
  // All buckets of a series would get the time of the poll: only the last of them can have it.
  const first = schema.timestamp === "polledAt" ? Math.max(0, data.length - 1) : 0;
  for (let i = first; i < data.length; i++) {
    try {
      const point = bucketPoint(group, data[i], `data[${i}]`, schema, answer);
      if (point) yield point;
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      yield error;
    }
  }
}

function bucketPoint(
  group: JsonObject,
  bucket: unknown,
  where: string,
  schema: Schema,
  answer: AnswerContext,
): Point | undefined {
  if (!isObject(bucket)) throw new SchemaError(`${where} is ${describeValue(bucket)}, not an object`);
  const range: TimeRange = readInterval(`interval of ${where}`, bucket["interval"]);
  const builder = new PointBuilder(schema, answer).group(group);
  const metrics = entriesAt(bucket, "metrics", where);
  if (HAS_TUTORIAL_FIELDS[answer.kind]) tutorialFields(builder, metrics);
  for (const metric of metrics) addMetric(builder, metric, where, answer);
  for (const view of entriesAt(bucket, "views", where)) {
    if (!isObject(view)) throw new SchemaError(`a view of ${where} is ${describeValue(view)}, not an object`);
    builder.stats(
      readName(view["name"], `a view of ${where}`),
      objectAt(view, "stats", `a view of ${where}`),
    );
  }
  return builder.filled ? builder.names(group).point(range) : undefined;
}

function addMetric(builder: PointBuilder, metric: unknown, where: string, answer: AnswerContext): void {
  if (!isObject(metric))
    throw new SchemaError(`a metric of ${where} is ${describeValue(metric)}, not an object`);
  const name = readName(metric["metric"], `a metric of ${where}`);
  const stats = metric["stats"] === undefined ? {} : objectAt(metric, "stats", name);
  const qualifier = qualifierName(name, metric["qualifier"], answer.presences);
  const key = qualifier ? `${name}_${qualifier}` : name;
  if (STATUS_TIMES.has(name)) builder.add(key, stats["sum"]);
  else builder.stats(key, stats);
}

/** The tutorial's four figures, first in the line; `waitTime` is the mean in seconds. */
function tutorialFields(builder: PointBuilder, metrics: readonly unknown[]): void {
  const sums = new Map<string, number>();
  let waitMs: number | undefined;
  for (const metric of metrics) {
    if (!isObject(metric) || !isObject(metric["stats"])) continue;
    const { count, sum } = metric["stats"];
    const name = metric["metric"];
    if (typeof name !== "string" || typeof count !== "number") continue;
    if (name === "tWait" && typeof sum === "number") waitMs = (waitMs ?? 0) + sum;
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  for (const [field, source] of TUTORIAL_COUNTERS) builder.field(field, sums.get(source));
  const waits = sums.get("tWait");
  if (waits && waitMs !== undefined) builder.field("waitTime", waitMs / waits / 1000);
}
