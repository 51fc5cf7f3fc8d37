import { describeValue, isObject, type JsonObject } from "../../terms/json";
import { SchemaError } from "../field-types";
import type { Point } from "../point";
import { listAt } from "../json";
import { PointBuilder } from "../point-builder";
import type { AnswerContext, Schema } from "../schema";
import { readTime } from "../times";

/**
 * A row of live agent state, `{group: {userId}, entities: [{userId, routingStatus, routingStatusDate, …}]}`: one point per
 * agent, with what they do and since when.
 */
export function* activityPoints(
  row: JsonObject,
  schema: Schema,
  answer: AnswerContext,
): Generator<Point | SchemaError> {
  const group = isObject(row["group"]) ? row["group"] : {};
  const entities = listAt(row, "entities");
  for (const [i, entity] of entities.entries()) {
    try {
      yield agentPoint(entity, `entities[${i}]`, group, schema, answer);
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      yield error;
    }
  }
}

function agentPoint(
  entity: unknown,
  where: string,
  group: JsonObject,
  schema: Schema,
  answer: AnswerContext,
): Point {
  if (!isObject(entity)) throw new SchemaError(`${where} is ${describeValue(entity)}, not an object`);
  const userId = entity["userId"] ?? group["userId"];
  if (typeof userId !== "string" || userId === "") {
    throw new SchemaError(`userId of ${where} is ${describeValue(userId)}, not the id of an agent`);
  }
  const presenceId = entity["organizationPresenceId"];
  const mapped = typeof presenceId === "string" && answer.presences.has(presenceId);
  const builder = new PointBuilder(schema, answer)
    .group({ userId })
    .field("routingStatus", entity["routingStatus"])
    .field(
      "systemPresence",
      entity["systemPresence"] ?? (mapped ? answer.presences.nameOf(presenceId) : undefined),
    )
    .field("routingStatusSeconds", secondsSince("routingStatusDate", entity, answer))
    .field("presenceSeconds", secondsSince("presenceDate", entity, answer));
  if (!builder.filled) throw new SchemaError(`${where} has neither a routing status nor a presence`);
  const own = entity["userName"] === undefined ? group : entity;
  return builder.names({ userName: own["userName"] }).point(undefined);
}

function secondsSince(field: string, entity: JsonObject, { polledAt }: AnswerContext): number | undefined {
  const value = entity[field];
  return value === undefined || value === null
    ? undefined
    : Math.max(0, polledAt - readTime(field, value)) / 1000;
}
