import { describeValue, isObject, type JsonObject } from "../terms/json";
import { InputError } from "./errors";

/** The object under `key`; @throws InputError when it is something else. */
export function objectAt(row: JsonObject, key: string, where = "the row"): JsonObject {
  const value = row[key];
  if (!isObject(value)) throw new InputError(`${key} of ${where} is ${describeValue(value)}, not an object`);
  return value;
}

/** Bound of entries in one point: more are a mistake, and would hold up everything else. */
export const MAX_ENTRIES = 10_000;

/** As {@link listAt}, for the entries of one point, of bounded length. */
export function entriesAt(row: JsonObject, key: string, where?: string): readonly unknown[] {
  const list = listAt(row, key, where);
  if (list.length <= MAX_ENTRIES) return list;
  throw new InputError(
    `${key} of ${where ?? "the row"} has ${list.length} entries, which is more than ${MAX_ENTRIES}`,
  );
}

/** The list under `key`, empty when absent; @throws InputError when it is something else. */
export function listAt(row: JsonObject, key: string, where = "the row"): readonly unknown[] {
  const value = row[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw new InputError(`${key} of ${where} is ${describeValue(value)}, not a list`);
  return value;
}
