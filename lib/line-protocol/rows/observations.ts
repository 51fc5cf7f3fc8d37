import { describeValue, isObject, type JsonObject } from "../../terms/json";
import { SchemaError, typedField } from "../field-types";
import type { Point } from "../point";
import { entriesAt, objectAt } from "../json";
import { PointBuilder } from "../point-builder";
import type { AnswerContext, Schema } from "../schema";
import { qualifierName, readName } from "./metric";

/** Metrics whose value is the time at which something began, in milliseconds since the epoch, and the fields of their age. */
const AGES: ReadonlyMap<string, string> = new Map([
  ["oLongestWaiting", "longestWaitSeconds"],
  ["oLongestInteracting", "longestInteractionSeconds"],
]);

/**
 * A row of live state, `{group, data: [{metric, qualifier?, stats}]}`: one point. Groups with a media type carry the
 * conversations, groups without one the agents; both are points of their own, told apart by the tag `mediaType`.
 */
export function* observationPoints(row: JsonObject, schema: Schema, answer: AnswerContext): Generator<Point> {
  const group = objectAt(row, "group");
  const builder = new PointBuilder(schema, answer).group(group);
  const unqualified = new Set<string>();
  const data = entriesAt(row, "data").map((entry) => readEntry(entry, answer));
  for (const { metric, qualifier } of data) if (!qualifier) unqualified.add(metric);
  for (const { metric, qualifier, stats } of data) {
    const age = AGES.get(metric);
    if (age !== undefined) {
      builder.field(age, ageSeconds(metric, stats["calculatedMetricValue"], answer.polledAt));
      continue;
    }
    if (qualifier) builder.add(`${metric}_${qualifier}`, stats["count"]);
    // The total is the row without a qualifier, where Genesys sends one, and the sum of the others where not.
    if (!qualifier || !unqualified.has(metric)) builder.add(metric, stats["count"]);
  }
  if (builder.filled) yield builder.names(group).point(undefined);
}

function readEntry(
  entry: unknown,
  answer: AnswerContext,
): { metric: string; qualifier: string | undefined; stats: JsonObject } {
  if (!isObject(entry)) throw new SchemaError(`an entry of data is ${describeValue(entry)}, not an object`);
  const metric = readName(entry["metric"], "an entry of data");
  return {
    metric,
    qualifier: qualifierName(metric, entry["qualifier"], answer.presences),
    stats: entry["stats"] === undefined ? {} : objectAt(entry, "stats", metric),
  };
}

/** How long ago `since` was, in seconds; 0 when the clock of the service is ahead of ours. */
function ageSeconds(metric: string, since: unknown, polledAt: number): number | undefined {
  const start = typedField(`${metric}_calculatedMetricValue`, since)?.value;
  return typeof start === "number" ? Math.max(0, polledAt - start) / 1000 : undefined;
}
