import { describe, SchemaError } from "../field-types";
import type { Presences } from "../presences";

/** Metrics that are qualified by an id of one of the organisation's presences. */
const BY_PRESENCE: ReadonlySet<string> = new Set([
  "oUserPresences",
  "oOffQueueUsers",
  "tOrganizationPresence",
]);

/** The name of a metric or a view; @throws SchemaError when it is none. */
export function readName(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "") {
    throw new SchemaError(`the name of ${where} is ${describe(value)}`);
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
    throw new SchemaError(`the qualifier of ${metric} is ${describe(qualifier)}, not a text`);
  }
  return BY_PRESENCE.has(metric) || presences.has(qualifier) ? presences.nameOf(qualifier) : qualifier;
}
