import { describeValue, type JsonObject } from "../../terms/json";
import { SchemaError } from "../field-types";
import type { Point } from "../point";
import { PointBuilder } from "../point-builder";
import type { AnswerContext, Schema } from "../schema";
import { looseDurationMs, readInterval, readTime } from "../times";
import type { TimeRange } from "../times";

/**
 * A row of the tutorial: `{queueId, waitTime, answered, abandoned, offered, interval?, intervalEnd}`, `waitTime` in seconds.
 */
export function* tutorialPoints(row: JsonObject, schema: Schema, answer: AnswerContext): Generator<Point> {
  const { queueId, mediaType } = row;
  if (typeof queueId !== "string" || queueId === "") {
    throw new SchemaError(`queueId is ${describeValue(queueId)}, not the id of a queue`);
  }
  const builder = new PointBuilder(schema, answer)
    .group({ queueId, mediaType })
    .field("answered", row["answered"])
    .field("abandoned", row["abandoned"])
    .field("offered", row["offered"])
    .field("waitTime", row["waitTime"]);
  if (!builder.filled) throw new SchemaError("the row has none of answered, abandoned, offered and waitTime");
  yield builder.names(row).point(rangeOf(row, schema, answer));
}

/**
 * The interval of a row: its end is `intervalEnd`; `interval` is `start/end`, a duration, a start, or absent, and then the
 * row is as long as the poll's granularity.
 */
function rangeOf(row: JsonObject, schema: Schema, { granularityMs, polledAt }: AnswerContext): TimeRange {
  const { interval, intervalEnd } = row;
  const whole =
    typeof interval === "string" && interval.includes("/") ? readInterval("interval", interval) : undefined;
  if (intervalEnd === undefined && whole) return whole;
  if (intervalEnd === undefined && schema.timestamp === "polledAt") return { start: polledAt, end: polledAt };
  const end = readTime("intervalEnd", intervalEnd);
  const length = looseDurationMs(interval) ?? granularityMs;
  const start = whole?.start ?? (isTime(interval) ? readTime("interval", interval) : end - length);
  return { start, end };
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-/.test(value);
}
