import { FAMILIES } from "../terms/families";
import { isPollKind, KINDS, POLL_KINDS, type PollKind } from "../terms/kinds";
import { describeValue, isObject, isTextList } from "../terms/json";
import type { PresenceMappings } from "../terms/presences";
import { SchemaError } from "./field-types";
import { Presences } from "./presences";
import type { AnswerContext } from "./schema";
import { looseDurationMs, readTime } from "./times";

/** The tutorial's rows are of one minute. */
const TUTORIAL_GRANULARITY_MS = 60_000;

/**
 * Reads `msg.genesys`. Without it the rows are the tutorial's, polled now.
 *
 * @param now milliseconds since the epoch
 * @param environment where the message names none
 * @throws SchemaError when it is there and cannot be understood
 */
export function readAnswer(info: unknown, now: number, environment: string): AnswerContext {
  if (info === undefined || info === null) {
    return {
      kind: "queue-details",
      family: "",
      environment,
      polledAt: now,
      granularityMs: TUTORIAL_GRANULARITY_MS,
      presences: new Presences(),
    };
  }
  if (!isObject(info)) throw new SchemaError(`msg.genesys is ${describeValue(info)}, not an object`);
  const kind = info["kind"];
  if (!isPollKind(kind)) {
    throw new SchemaError(
      `msg.genesys.kind is ${describeValue(kind)}: expected one of ${POLL_KINDS.join(", ")}`,
    );
  }
  const named = info["environment"];
  if (named !== undefined && named !== null && typeof named !== "string") {
    throw new SchemaError(`msg.genesys.environment is ${describeValue(named)}, not a text`);
  }
  const polledAt = info["polledAt"];
  return {
    kind,
    family: readFamily(kind, info["family"]),
    environment: named?.trim() || environment,
    polledAt: polledAt === undefined || polledAt === null ? now : readTime("msg.genesys.polledAt", polledAt),
    granularityMs: looseDurationMs(info["granularity"]) ?? TUTORIAL_GRANULARITY_MS,
    presences: new Presences(readMappings(info["mappings"])),
  };
}

function readFamily(kind: PollKind, value: unknown): string {
  if (KINDS[kind].about !== "family") return "";
  if (typeof value === "string" && /^[a-z]\w*$/i.test(value)) return value;
  throw new SchemaError(`msg.genesys.family is ${describeValue(value)}, not one of ${FAMILIES.join(", ")}`);
}

function readMappings(value: unknown): PresenceMappings {
  if (value === undefined || value === null) return {};
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (!entries?.every((entry): entry is [string, string[]] => isTextList(entry[1]))) {
    throw new SchemaError(
      `msg.genesys.mappings is ${describeValue(value)}, not lists of presence ids by system presence`,
    );
  }
  return Object.fromEntries(entries);
}

/**
 * The rows of a payload: a list, an answer as the API gives it (`{results: [...]}`), or one row alone.
 *
 * @throws SchemaError when it is none of these
 */
export function readRows(payload: unknown): readonly unknown[] {
  if (Array.isArray(payload)) return payload;
  if (isObject(payload)) {
    if (Array.isArray(payload["results"])) return payload["results"];
    if (isObject(payload["group"]) || typeof payload["queueId"] === "string") return [payload];
  }
  throw new SchemaError(
    `msg.payload is ${describeValue(payload)}, not a list of rows of a Genesys Cloud answer`,
  );
}
