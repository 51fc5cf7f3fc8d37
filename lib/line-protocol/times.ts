import { describe, SchemaError } from "./field-types";

/** A half-open stretch of time, milliseconds since the epoch. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i;
const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * An ISO 8601 time with its offset, in milliseconds since the epoch.
 *
 * @throws SchemaError naming `what`
 */
export function readTime(what: string, value: unknown): number {
  const ms = typeof value === "string" && ISO_TIME.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(ms))
    throw new SchemaError(`${what} is ${describe(value)}, not a time such as 2026-11-22T10:00:00Z`);
  return ms;
}

/** `start/end`, as Genesys writes the interval of a bucket. */
export function readInterval(what: string, value: unknown): TimeRange {
  const [start, end, ...rest] = typeof value === "string" ? value.split("/") : [];
  if (start === undefined || end === undefined || rest.length > 0) {
    throw new SchemaError(`${what} is ${describe(value)}, not start/end`);
  }
  const range = { start: readTime(`the start of ${what}`, start), end: readTime(`the end of ${what}`, end) };
  if (range.end <= range.start) throw new SchemaError(`${what} ends before it starts: ${describe(value)}`);
  return range;
}

/** An ISO 8601 duration of fixed length in milliseconds, `PT1M` is 60,000; `undefined` for anything else. */
export function durationMs(value: unknown): number | undefined {
  const match = typeof value === "string" ? DURATION.exec(value.trim().toUpperCase()) : null;
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const ms = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return ms > 0 && Number.isSafeInteger(ms) ? ms : undefined;
}
