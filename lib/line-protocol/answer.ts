import { durationMs, granularityTag } from "../terms/durations";
import { FAMILIES } from "../terms/families";
import { describeValue, isObject, isTextList, type JsonObject } from "../terms/json";
import { isPollKind, KINDS, POLL_KINDS, type PollKind, type PollReason } from "../terms/kinds";
import type { PresenceMappings, PresenceNames } from "../terms/presences";
import { InputError } from "./errors";
import { Presences } from "./presences";
import { readTime, type TimeRange } from "./times";

/** Length of the tutorial's buckets. */
const TUTORIAL_BUCKET_MS = 60_000;

/** Facts about the answer that rows belong to. */
export interface AnswerContext {
  readonly kind: PollKind;
  /** The family of an `analytics-aggregates` answer; blank for others. */
  readonly family: string;
  readonly environment: string;
  /** When the answer arrived, milliseconds since the epoch: the time of live points, and the end of ages. */
  readonly polledAt: number;
  /** When the question left, milliseconds since the epoch: buckets that ended by then are closed. */
  readonly askedAt: number;
  /** Length of a bucket in milliseconds, where the answer says it. */
  readonly bucketMs: number | undefined;
  /** The value of the tag `granularity`; `undefined`: each bucket's own length. */
  readonly granularity: string | undefined;
  /** The dimensions asked; `undefined`: those of the rows. */
  readonly groupBy: readonly string[] | undefined;
  /** The metrics asked, where known. */
  readonly metrics: readonly string[];
  /** The range asked, where known. */
  readonly interval: TimeRange | undefined;
  /** Whether what the rows leave out is 0. */
  readonly complete: boolean;
  readonly presences: Presences;
}

/**
 * Reads `msg.genesys`. Without it the rows are the tutorial's, polled now.
 *
 * @param now milliseconds since the epoch
 * @param environment where the message names none
 * @throws InputError when it cannot be understood
 */
export function readAnswer(info: unknown, now: number, environment: string): AnswerContext {
  const given = info ?? { kind: "queue-details" };
  if (!isObject(given)) throw new InputError(`msg.genesys is ${describeValue(given)}, not an object`);
  const { kind } = given;
  if (!isPollKind(kind)) {
    throw new InputError(
      `msg.genesys.kind is ${describeValue(kind)}: expected one of ${POLL_KINDS.join(", ")}`,
    );
  }
  const polledAt = optionalTime(given, "polledAt") ?? now;
  const granularity = optionalText(given, "granularity");
  const groupBy = optionalList(given, "groupBy");
  const filter = optionalList(given, "filter") ?? [];
  return {
    kind,
    family: readFamily(kind, given["family"]),
    environment: optionalText(given, "environment") || environment,
    polledAt,
    askedAt: optionalTime(given, "askedAt") ?? polledAt,
    bucketMs: durationMs(granularity) ?? (KINDS[kind].shape === "tutorial" ? TUTORIAL_BUCKET_MS : undefined),
    granularity: granularity ? granularityTag(granularity, optionalText(given, "timeZone")) : undefined,
    groupBy: groupBy && [...new Set([...groupBy, ...filter.map(dimensionOf)])],
    metrics: optionalList(given, "metrics") ?? [],
    interval: readRange(given["interval"]),
    // A re-sync hands on only differences: what it leaves out is no zero.
    complete: given["complete"] !== false && given["reason"] !== ("resync" satisfies PollReason),
    presences: new Presences(readMappings(given["mappings"]), readNames(given["presences"])),
  };
}

/** The dimension of a filter, `dimension=value`. */
function dimensionOf(filter: string): string {
  return filter.split("=", 1)[0] ?? filter;
}

function optionalText(info: JsonObject, key: string): string | undefined {
  const value = info[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim();
  throw new InputError(`msg.genesys.${key} is ${describeValue(value)}, not a text`);
}

function optionalTime(info: JsonObject, key: string): number | undefined {
  const value = info[key];
  return value === undefined || value === null ? undefined : readTime(`msg.genesys.${key}`, value);
}

function optionalList(info: JsonObject, key: string): readonly string[] | undefined {
  const value = info[key];
  if (value === undefined || value === null) return undefined;
  if (isTextList(value)) return value;
  throw new InputError(`msg.genesys.${key} is ${describeValue(value)}, not a list of texts`);
}

function readFamily(kind: PollKind, value: unknown): string {
  if (KINDS[kind].about !== "family") return "";
  if (typeof value === "string" && /^[a-z]\w*$/i.test(value)) return value;
  throw new InputError(`msg.genesys.family is ${describeValue(value)}, not one of ${FAMILIES.join(", ")}`);
}

/** Reads the range asked; `undefined` for an odd one, as it only says which buckets there are. */
function readRange(value: unknown): TimeRange | undefined {
  if (!isObject(value)) return undefined;
  const [start, end] = [Date.parse(String(value["start"])), Date.parse(String(value["end"]))];
  return start < end ? { start, end } : undefined;
}

function readMappings(value: unknown): PresenceMappings {
  const entries = entriesOf(value);
  if (!entries?.every((entry): entry is [string, string[]] => isTextList(entry[1]))) {
    throw new InputError(
      `msg.genesys.mappings is ${describeValue(value)}, not lists of presence ids by system presence`,
    );
  }
  return Object.fromEntries(entries);
}

function readNames(value: unknown): PresenceNames {
  const entries = entriesOf(value);
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === "string")) {
    throw new InputError(`msg.genesys.presences is ${describeValue(value)}, not names by presence id`);
  }
  return Object.fromEntries(entries);
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  if (value === undefined || value === null) return [];
  return isObject(value) ? Object.entries(value) : undefined;
}

/**
 * Reads the rows of a payload: a list, an answer of the API (`{results: [...]}`), or one row.
 *
 * @throws InputError for anything else
 */
export function readRows(payload: unknown): readonly unknown[] {
  if (Array.isArray(payload)) return payload;
  if (isObject(payload)) {
    if (Array.isArray(payload["results"])) return payload["results"];
    if (isObject(payload["group"]) || typeof payload["queueId"] === "string") return [payload];
  }
  throw new InputError(
    `msg.payload is ${describeValue(payload)}, not a list of rows of a Genesys Cloud answer`,
  );
}
