import { describeValue } from "../../terms/json";
import { isByPresence } from "../../terms/presences";
import { SchemaError } from "../field-types";
import type { Presences } from "../presences";

/** The name of a metric or a view; @throws SchemaError when it is none. */
export function readName(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "") {
    throw new SchemaError(`the name of ${where} is ${describeValue(value)}`);
  }
  return value;
}

/**
 * A qualifier as part of a field name: presence ids become system presences, others stay as they are.
 *
 * @returns `undefined` when there is none
 */
export function qualifierName(metric: string, qualifier: unknown, presences: Presences): string | undefined {
  if (qualifier === undefined || qualifier === null || qualifier === "") return undefined;
  if (typeof qualifier !== "string") {
    throw new SchemaError(`the qualifier of ${metric} is ${describeValue(qualifier)}, not a text`);
  }
  return isByPresence(metric) || presences.has(qualifier) ? presences.nameOf(qualifier) : qualifier;
}
