import { durationMs } from "../terms/durations";
import { describeValue } from "../terms/json";
import { InputError } from "./errors";

/** A half-open range of time, milliseconds since the epoch. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i;

/**
 * Reads an ISO 8601 time with its offset, in milliseconds since the epoch.
 *
 * @throws InputError naming `what`
 */
export function readTime(what: string, value: unknown): number {
  const ms = typeof value === "string" && ISO_TIME.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(ms))
    throw new InputError(`${what} is ${describeValue(value)}, not a time such as 2026-11-22T10:00:00Z`);
  return ms;
}

/** As {@link durationMs}, for durations written by hand: either case, blanks around. */
export function looseDurationMs(value: unknown): number | undefined {
  return typeof value === "string" ? durationMs(value.trim().toUpperCase()) : undefined;
}

/** Reads `start/end`, the interval of a bucket as Genesys writes it. @throws InputError naming `what` */
export function readInterval(what: string, value: unknown): TimeRange {
  const [start, end, ...rest] = typeof value === "string" ? value.split("/") : [];
  if (start === undefined || end === undefined || rest.length > 0) {
    throw new InputError(`${what} is ${describeValue(value)}, not start/end`);
  }
  const range = { start: readTime(`the start of ${what}`, start), end: readTime(`the end of ${what}`, end) };
  if (range.end <= range.start)
    throw new InputError(`${what} ends before it starts: ${describeValue(value)}`);
  return range;
}
