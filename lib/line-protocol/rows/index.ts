import type { SchemaError } from "../field-types";
import type { Point } from "../point";
import type { JsonObject } from "../point-builder";
import type { AnswerContext, Schema } from "../schema";
import { activityPoints } from "./activity";
import { aggregatePoints } from "./aggregates";
import { observationPoints } from "./observations";
import { tutorialPoints } from "./tutorial";

/**
 * The points of one row. What is wrong with a part of the row comes out as an error in place of a point.
 *
 * @throws SchemaError when the row as a whole cannot be read
 */
export function pointsOf(
  row: JsonObject,
  schema: Schema,
  answer: AnswerContext,
): Iterable<Point | SchemaError> {
  switch (answer.kind) {
    case "queue-details":
      return tutorialPoints(row, schema, answer);
    case "queue-observations":
      return observationPoints(row, schema, answer);
    case "agent-activity":
      return activityPoints(row, schema, answer);
    case "queue-aggregates":
    case "agent-aggregates":
      return aggregatePoints(row, schema, answer);
  }
}
