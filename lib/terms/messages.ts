/**
 * What travels on messages between the nodes of this package: the contract that other flows rely on too. Everything
 * that arrives in a message is foreign, so each property has a reader that takes `unknown`.
 */

/** The kinds of poll answers that `genesys-to-lineprotocol` understands. */
export const POLL_KINDS = [
  "queue-aggregates",
  "queue-observations",
  "queue-details",
  "agent-activity",
  "agent-aggregates",
] as const;
export type PollKind = (typeof POLL_KINDS)[number];

/** `msg.genesys`: what a poll asked, beside the rows in `msg.payload`. */
export interface GenesysInfo {
  readonly kind: PollKind;
  /** The half-open time range that was asked, ISO 8601 in UTC; absent for live state. */
  readonly interval?: { readonly start: string; readonly end: string } | undefined;
  /** ISO 8601 duration of one bucket, such as `PT30M`. */
  readonly granularity?: string | undefined;
  /** When the answer arrived, ISO 8601 in UTC. */
  readonly polledAt: string;
  readonly environment: string;
  readonly region: string;
  /** False when a part of the answer is missing; the buckets are asked again. */
  readonly complete: boolean;
  /** System presence to the organisation's presence ids, as Genesys returns it with observations and user aggregates. */
  readonly mappings?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** `msg.wal`: the record of a buffer that a message carries. */
export interface WalRef {
  /** The node id of the buffer that sent it. */
  readonly buffer: string;
  /** Sequence number of the record. */
  readonly record: number;
  /** Which attempt it is; tells answers to an earlier deploy of the buffer apart. */
  readonly attempt?: number;
}

/** `msg.influx`: what became of the lines of one message. */
export interface InfluxOutcome {
  readonly status: "written" | "failed" | "rejected";
  /** Lines of the message; with status `rejected`, the lines that the server refused. */
  readonly lines: number;
  /** With status `written`: lines of this message that the server refused, and output 3 tells. */
  readonly rejected?: number;
  /** The request that carried the last of the lines. */
  readonly batch?: { readonly lines: number; readonly bytes: number; readonly latencyMs: number };
  /** With status `failed`: how long the server asks to wait. */
  readonly retryAfterMs?: number;
}

/** `msg.error` on a failed or rejected message. */
export interface MessageError {
  readonly message: string;
  /** A short fixed word for the kind of failure, such as `ECONNREFUSED` or `unauthorized`. */
  readonly code: string;
  /** HTTP status, where there was an answer. */
  readonly statusCode?: number;
}

type Foreign = Record<string, unknown>;

/** Narrows to a plain object, so that its properties can be looked at one by one. */
export function isObject(value: unknown): value is Foreign {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
  const { status, lines, rejected, retryAfterMs } = value;
  if (status !== "written" && status !== "failed" && status !== "rejected") return undefined;
  return {
    status,
    lines: count(lines) ?? 0,
    ...(count(rejected) !== undefined && { rejected: count(rejected)! }),
    ...(count(retryAfterMs) !== undefined && { retryAfterMs: count(retryAfterMs)! }),
  };
}

/** Reads `msg.error` as far as it tells anything; the words are for people and for dead letters. */
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
