const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** The parts of an ISO 8601 duration of fixed length. */
export interface DurationParts {
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/**
 * Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds. Months and years have no fixed length and are
 * not read.
 *
 * @returns `undefined` for anything else, and for a duration of nothing
 */
export function readDuration(value: unknown): DurationParts | undefined {
  const match = typeof value === "string" ? DURATION.exec(value) : null;
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const parts = { weeks, days, hours, minutes, seconds };
  const ms = lengthOf(parts);
  return ms > 0 && Number.isSafeInteger(ms) ? parts : undefined;
}

/**
 * The length of an ISO 8601 duration in milliseconds, 60,000 for `PT1M`; `undefined` where {@link readDuration} reads
 * none.
 */
export function durationMs(value: unknown): number | undefined {
  const parts = readDuration(value);
  return parts && lengthOf(parts);
}

function lengthOf({ weeks, days, hours, minutes, seconds }: DurationParts): number {
  return weeks * WEEK + days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
}

/**
 * The shortest ISO 8601 text of a length, so that `PT60M` and `PT1H` are one value of a tag: `PT1H`; `P1D` for 24
 * hours, `PT90M`, `P1W` for seven days. Of texts that are equally short, the one with the larger unit.
 *
 * @param ms whole seconds
 */
export function durationText(ms: number): string {
  const units = [
    [WEEK, "P", "W"],
    [DAY, "P", "D"],
    [HOUR, "PT", "H"],
    [MINUTE, "PT", "M"],
    [SECOND, "PT", "S"],
  ] as const;
  const texts = units
    .filter(([unit]) => ms % unit === 0)
    .map(([unit, p, letter]) => `${p}${ms / unit}${letter}`);
  texts.push(mixedText(ms));
  return texts.reduce((best, text) => (text.length < best.length ? text : best));
}

function mixedText(ms: number): string {
  const days = Math.floor(ms / DAY);
  const time = [
    [Math.floor((ms % DAY) / HOUR), "H"],
    [Math.floor((ms % HOUR) / MINUTE), "M"],
    [Math.floor((ms % MINUTE) / SECOND), "S"],
  ] as const;
  const clock = time.map(([count, letter]) => (count > 0 ? `${count}${letter}` : "")).join("");
  return `P${days > 0 ? `${days}D` : ""}${clock && `T${clock}`}`;
}

/** The time zone of buckets that begin at UTC; blank means the same. */
export const UTC = "UTC";

/**
 * The value of the tag `granularity`: the shortest form of the duration, followed by `@<zone>` where buckets begin in a
 * zone other than UTC. A duration that cannot be read stays as it is.
 */
export function granularityTag(granularity: string, timeZone: string | undefined): string {
  const ms = durationMs(granularity);
  const text = ms === undefined ? granularity.trim() : durationText(ms);
  return timeZone && timeZone !== UTC ? `${text}@${timeZone}` : text;
}
