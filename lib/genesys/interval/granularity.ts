import { durationMs } from "../../terms/durations";

/** The length of one bucket. */
export interface Granularity {
  /** As given, such as `PT30M`. */
  readonly text: string;
  readonly ms: number;
}

/** A half-open range of time, milliseconds since the epoch: `start` belongs to it, `end` does not. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds.
 *
 * @throws Error saying what to use instead; months and years are refused, as they have no fixed length and so no
 *   aligned buckets, and what divides neither a day nor is whole days, as its buckets would drift from day to day
 */
export function granularityOf(text: string): Granularity {
  const ms = durationMs(text);
  if (ms === undefined) {
    throw new Error(
      `granularity "${text.slice(0, 40)}" is not a duration with a fixed length: use PT15M, PT30M, PT1H or P1D`,
    );
  }
  if (ms < DAY ? DAY % ms !== 0 : ms % DAY !== 0) {
    throw new Error(`granularity ${text} does not divide a day evenly: use PT15M, PT30M, PT1H or P1D`);
  }
  if (ms > 31 * DAY) throw new Error(`granularity ${text} is longer than 31 days: use P1D or less`);
  return { text, ms };
}

/** An interval as Genesys writes it: `2026-11-22T10:00:00.000Z/2026-11-22T11:00:00.000Z`. */
export function intervalText({ start, end }: Interval): string {
  return `${isoTime(start)}/${isoTime(end)}`;
}

/** Writes milliseconds since the epoch in ISO 8601, UTC. */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}
