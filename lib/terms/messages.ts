import { isObject } from "./json";
import type { PollKind, PollReason } from "./kinds";
import type { PresenceMappings, PresenceNames } from "./presences";

/**
 * The properties of messages between the nodes of this package, a contract with users' flows too. Whatever arrives in a
 * message is foreign, so each property has a reader that takes `unknown`.
 */

/** `msg.genesys`: what a poll asked, beside the rows in `msg.payload`. */
export interface GenesysInfo {
  readonly kind: PollKind;
  /** The family of an `analytics-aggregates` answer. */
  readonly family?: string | undefined;
  /** The half-open time range that was asked, ISO 8601 in UTC; absent for live state. */
  readonly interval?: { readonly start: string; readonly end: string } | undefined;
  /** ISO 8601 duration of one bucket, such as `PT30M`; absent for live state. */
  readonly granularity?: string | undefined;
  /** The IANA name of the zone in which buckets begin; absent or `UTC`: UTC. */
  readonly timeZone?: string | undefined;
  /** All dimensions of the grouping that was asked, those of `filter` included; absent for live state. */
  readonly groupBy?: readonly string[] | undefined;
  /** The metrics that were asked and not refused. */
  readonly metrics?: readonly string[] | undefined;
  /** What the answer was narrowed to beside keys of the grouping, each `dimension=value`. */
  readonly filter?: readonly string[] | undefined;
  /** When the answer arrived, by the API's clock; ISO 8601 in UTC. */
  readonly polledAt: string;
  /** When the question left, by the API's clock: a bucket that ended by then is closed. */
  readonly askedAt?: string | undefined;
  readonly environment: string;
  readonly region: string;
  /** False when a part of the answer is missing; the buckets are asked again. */
  readonly complete: boolean;
  /** Why the answer was asked for. */
  readonly reason?: PollReason | undefined;
  /** A hash of keys, metrics, grouping, filter, granularity and zone: the same for polls that ask the same. */
  readonly query?: string | undefined;
  /** The end of the newest bucket up to which all are settled, ISO 8601 in UTC; for the sharing of pollers. */
  readonly settledUntil?: string | undefined;
  /**
   * System presence to the organisation's presence ids, as Genesys returns it with observations and user aggregates.
   */
  readonly mappings?: PresenceMappings | undefined;
  /** Presence id to the organisation's own name for it, for the ids that the rows hold. */
  readonly presences?: PresenceNames | undefined;
}

/** `msg.wal`: the record of a buffer that a message carries. */
export interface WalRef {
  /** The node id of the buffer that sent it. */
  readonly buffer: string;
  /** Sequence number of the record. */
  readonly record: number;
  /** Number of the attempt: an outcome of an earlier deploy of the buffer has another. */
  readonly attempt?: number;
}

/** The code of lines outside the retention or write window of a bucket: always the fault of the lines. */
export const TOO_OLD_CODE = "too-old";
/** The code of lines that the server refused together, all for one reason. */
export const REFUSED_CODE = "refused";

/** Lines of one message that the server refused for the same reason. */
export interface RejectedLines {
  /** Which lines of the message, counted from 0; blank lines and comments do not count. */
  readonly at: readonly number[];
  /** The server's words. */
  readonly message: string;
  readonly code: string;
  readonly statusCode?: number;
}

/** `msg.influx` of lines that are stored, all but those it names. */
export interface WrittenOutcome {
  readonly status: "written";
  /** Lines of the message. */
  readonly lines: number;
  /** Lines of this message that the server refused for good. */
  readonly rejected: number;
  /** Which ones, and why; absent when none was. */
  readonly rejections?: readonly RejectedLines[];
  /** Opaque: the same for the same URL, organisation and bucket. */
  readonly target?: string;
  /** The request that carried the last of the lines. */
  readonly batch?: { readonly lines: number; readonly bytes: number; readonly latencyMs: number };
}

/** `msg.influx` of lines that are not known to be stored; none of them is given up. */
export interface FailedOutcome {
  readonly status: "failed";
  readonly lines: number;
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
  /**
   * The server refused every line, and accepted no other in the same search: the lines or the settings are at fault.
   * After a line is accepted, the writer isolates refused ones again.
   */
  readonly refused?: true;
}

/** `msg.influx` of lines that the server refused for good. */
export interface RejectedOutcome {
  readonly status: "rejected";
  readonly lines: number;
  /** The `msg.wal` that they came with: its buffer learns of them from `rejections`. */
  readonly record?: WalRef;
}

/** `msg.influx`: what became of the lines of one message. */
export type InfluxOutcome = WrittenOutcome | FailedOutcome | RejectedOutcome;

/** `msg.error` on a failed or rejected message. */
export interface MessageError {
  readonly message: string;
  /** A short fixed word for the kind of failure, such as `ECONNREFUSED` or `unauthorized`. */
  readonly code: string;
  /** HTTP status, where there was an answer. */
  readonly statusCode?: number;
}

/** Reads `msg.wal`; `undefined` when it is absent or not of that shape. */
export function readWalRef(value: unknown): WalRef | undefined {
  if (!isObject(value)) return undefined;
  const { buffer, record, attempt } = value;
  return typeof buffer === "string" && typeof record === "number" && Number.isSafeInteger(record)
    ? { buffer, record, ...(typeof attempt === "number" && { attempt }) }
    : undefined;
}

/** Reads `msg.influx`; `undefined` when it is absent or not of that shape. */
export function readInfluxOutcome(value: unknown): InfluxOutcome | undefined {
  if (!isObject(value)) return undefined;
  const lines = count(value["lines"]) ?? 0;
  switch (value["status"]) {
    case "written": {
      const rejections = readRejections(value["rejections"]);
      return {
        ...{ status: "written", lines, rejected: count(value["rejected"]) ?? 0 },
        ...(rejections.length > 0 && { rejections }),
        ...(typeof value["target"] === "string" && { target: value["target"] }),
      };
    }
    case "failed": {
      const retryAfterMs = count(value["retryAfterMs"]);
      return {
        ...{ status: "failed", lines },
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        ...(value["refused"] === true && { refused: true }),
      };
    }
    case "rejected": {
      const record = readWalRef(value["record"]);
      return { status: "rejected", lines, ...(record && { record }) };
    }
    default:
      return undefined;
  }
}

function readRejections(value: unknown): RejectedLines[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).map((entry) => {
    const at = Array.isArray(entry["at"]) ? (entry["at"] as unknown[]) : [];
    return {
      at: at.filter((line): line is number => Number.isSafeInteger(line) && Number(line) >= 0),
      ...readMessageError(entry),
    };
  });
}

/** Reads `msg.error`; what is missing or of another type is filled in, so that a dead letter always has a reason. */
export function readMessageError(value: unknown): MessageError {
  if (typeof value === "string") return { message: value, code: "unknown" };
  if (!isObject(value)) return { message: "no reason given", code: "unknown" };
  const { message, code, statusCode } = value;
  return {
    message: typeof message === "string" ? message : "no reason given",
    code: typeof code === "string" ? code : "unknown",
    ...(typeof statusCode === "number" && { statusCode }),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
