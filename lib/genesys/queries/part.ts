import { describeType, isTextList } from "../../terms/json";
import type { PresenceMappings, PresenceNames } from "../../terms/presences";
import { GenesysError } from "../errors";
import { isObject, type JsonObject, propertyOf } from "../json";

/** The answer to one request. */
export interface Part {
  readonly rows: readonly JsonObject[];
  /** Rows left out because they are not of the promised shape. */
  readonly malformed: number;
  readonly mappings?: PresenceMappings | undefined;
}

/** A part of a question that failed, and its keys; none where it did not name any. */
export interface PartFailure {
  readonly error: GenesysError;
  readonly keys: readonly string[];
}

/** The answer to one question, from one or more requests. */
export interface Answered {
  readonly rows: readonly JsonObject[];
  /** Parts that failed: the answer is incomplete. */
  readonly failures: readonly PartFailure[];
  /** Rows left out because they are not of the promised shape. */
  readonly malformed: number;
  readonly mappings?: PresenceMappings | undefined;
  /** Presence id to the organisation's own name for it. */
  readonly presences?: PresenceNames | undefined;
  /** When the last part came, by the API's clock, milliseconds since the epoch; names may have taken longer. */
  readonly answeredAt?: number | undefined;
}

/**
 * Reads the envelope that all analytics queries share: `{ results: [{ group, data }] }`. An answer without results is
 * an empty one. A row that is no object, or whose group or data are of a wrong type, is left out and counted.
 *
 * @throws GenesysError when the answer is something else altogether
 */
export function readPart(path: string, body: unknown): Part {
  const results = propertyOf(body, "results") ?? [];
  if (!isObject(body) || !Array.isArray(results)) {
    const found = isObject(body) ? `${describeType(results)} as "results"` : describeType(body);
    throw new GenesysError(
      "answer",
      `POST ${path}: expected an object with a list of results, found ${found}`,
    );
  }
  const rows: JsonObject[] = [];
  for (const row of results as unknown[]) {
    if (isObject(row) && goodGroup(row["group"]) && goodData(row["data"])) rows.push(row);
  }
  return {
    rows,
    malformed: results.length - rows.length,
    mappings: readMappings(body["systemToOrganizationMappings"]),
  };
}

function goodGroup(group: unknown): boolean {
  return isObject(group) && Object.values(group).every((value) => typeof value === "string");
}

function goodData(data: unknown): boolean {
  return data === undefined || (Array.isArray(data) && data.every(isObject));
}

function readMappings(value: unknown): PresenceMappings | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, string[]] => isTextList(entry[1]));
  // fromEntries defines own properties, so that a key such as __proto__ stays a key.
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
