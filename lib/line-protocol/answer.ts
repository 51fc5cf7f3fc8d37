import { POLL_KINDS } from "../terms/messages";
import { describe, SchemaError } from "./field-types";
import { isJsonObject } from "./point-builder";
import { Presences } from "./presences";
import type { PresenceMappings } from "./presences";
import type { AnswerContext } from "./schema";
import { durationMs, readTime } from "./times";

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
      environment,
      polledAt: now,
      granularityMs: TUTORIAL_GRANULARITY_MS,
      presences: new Presences(),
    };
  }
  if (!isJsonObject(info)) throw new SchemaError(`msg.genesys is ${describe(info)}, not an object`);
  const kind = POLL_KINDS.find((known) => known === info["kind"]);
  if (!kind) {
    throw new SchemaError(
      `msg.genesys.kind is ${describe(info["kind"])}: expected one of ${POLL_KINDS.join(", ")}`,
    );
  }
  const named = info["environment"];
  if (named !== undefined && named !== null && typeof named !== "string") {
    throw new SchemaError(`msg.genesys.environment is ${describe(named)}, not a text`);
  }
  const polledAt = info["polledAt"];
  return {
    kind,
    environment: named?.trim() || environment,
    polledAt: polledAt === undefined || polledAt === null ? now : readTime("msg.genesys.polledAt", polledAt),
    granularityMs: durationMs(info["granularity"]) ?? TUTORIAL_GRANULARITY_MS,
    presences: new Presences(readMappings(info["mappings"])),
  };
}

function readMappings(value: unknown): PresenceMappings {
  if (value === undefined || value === null) return {};
  const entries = isJsonObject(value) ? Object.entries(value) : undefined;
  if (!entries?.every((entry): entry is [string, string[]] => isTextList(entry[1]))) {
    throw new SchemaError(
      `msg.genesys.mappings is ${describe(value)}, not lists of presence ids by system presence`,
    );
  }
  return Object.fromEntries(entries);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/**
 * The rows of a payload: a list, an answer as the API gives it (`{results: [...]}`), or one row alone.
 *
 * @throws SchemaError when it is none of these
 */
export function readRows(payload: unknown): readonly unknown[] {
  if (Array.isArray(payload)) return payload;
  if (isJsonObject(payload)) {
    if (Array.isArray(payload["results"])) return payload["results"];
    if (isJsonObject(payload["group"]) || typeof payload["queueId"] === "string") return [payload];
  }
  throw new SchemaError(`msg.payload is ${describe(payload)}, not a list of rows of a Genesys Cloud answer`);
}
