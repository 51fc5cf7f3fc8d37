import { DateTime } from "luxon";
import type { Interval } from "./granularity";

/** A daily re-sync: the last days asked again, for what Genesys Cloud has corrected since. */
export interface Resync {
  /** When it began; milliseconds since the epoch. */
  readonly begun: number;
  /** Where the days begin that are asked again. */
  readonly from: number;
  /** What is still to be asked; `undefined` when it is done. */
  readonly rest: Interval | undefined;
  /** Points that were corrected so far. */
  readonly corrected: number;
}

/** Hours of the local day after Genesys Cloud's nightly corrections and before the working day. */
const WINDOW = { from: 3, to: 5 };
/** No two begin closer to each other than this; local days have 23 hours at least. */
const LEAST_APART_MS = 12 * 3_600_000;

/**
 * Whether a re-sync is to begin now: once a day, between three and five o'clock of the time zone.
 *
 * @param spread 0 to 1: where in the window this node begins, so that those of one organisation do not all at once
 */
export function resyncIsDue(
  now: number,
  timeZone: string,
  last: Resync | undefined,
  spread: number,
): boolean {
  // One that lies ahead was begun by a clock that was; it does not count.
  const counts = last && last.begun - now < LEAST_APART_MS;
  if (counts && (last.rest || now - last.begun < LEAST_APART_MS)) return false;
  const local = DateTime.fromMillis(now, { zone: timeZone });
  const hour = local.hour + local.minute / 60;
  // Leave the last half hour to polls that are far apart.
  const begin = WINDOW.from + spread * (WINDOW.to - WINDOW.from - 0.5);
  return hour >= begin && hour < WINDOW.to;
}

/** Part of it that is done, 0 to 1; `undefined` when none is under way. */
export function resyncProgress(resync: Resync | undefined): number | undefined {
  if (!resync?.rest) return undefined;
  const { from, rest } = resync;
  return (rest.start - from) / (rest.end - from);
}

/** The first moment of the day of a time zone that holds `time`: days are asked again whole. */
export function dayStart(time: number, timeZone: string): number {
  return DateTime.fromMillis(time, { zone: timeZone }).startOf("day").toMillis();
}
