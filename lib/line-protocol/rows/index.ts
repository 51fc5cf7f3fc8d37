import { KINDS } from "../../terms/kinds";
import type { SchemaError } from "../field-types";
import type { Point } from "../point";
import type { JsonObject } from "../../terms/json";
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
  switch (KINDS[answer.kind].shape) {
    case "tutorial":
      return tutorialPoints(row, schema, answer);
    case "observations":
      return observationPoints(row, schema, answer);
    case "activity":
      return activityPoints(row, schema, answer);
    case "buckets":
      return aggregatePoints(row, schema, answer);
  }
}
