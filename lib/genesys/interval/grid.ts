import { DateTime, IANAZone } from "luxon";
import { isTimeZone } from "../../terms/dates";
import { UTC } from "../../terms/durations";
import { type Granularity, type Interval, intervalText } from "./granularity";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The epoch was a Thursday; weeks start on Monday, the fifth day of it. */
const FIRST_MONDAY = 4;
/** Any time will do: a zone's minutes beside the full hour practically never change. */
const SAMPLE_TIME = Date.UTC(2026, 0, 1);

/**
 * The buckets of one granularity: a grid on the time line, without gaps or overlaps.
 *
 * Buckets of a day and longer begin at midnight of the time zone, so that a day has 23 or 25 hours where the clocks
 * change; weeks begin on Monday. Buckets of an hour up to a day begin at full hours of the zone, which matters where it
 * lies half an hour off. Shorter ones are the same in every zone.
 */
export class BucketGrid {
  readonly granularity: Granularity;
  /** The zone that was named: for times of day. */
  readonly zone: string;
  /** The IANA name of the zone in which the buckets begin; `UTC` where it makes no difference to their length. */
  readonly timeZone: string;
  /** Days in one bucket, where they follow local midnight. */
  readonly #days: number | undefined;
  readonly #origin: number;

  /**
   * @param timeZone blank means UTC
   * @throws Error naming a zone that is not known
   */
  constructor(granularity: Granularity, timeZone = "") {
    const zone = zoneOf(timeZone);
    const { ms } = granularity;
    this.granularity = granularity;
    this.zone = zone;
    this.timeZone = ms < HOUR ? UTC : zone;
    this.#days = this.timeZone !== UTC && ms >= DAY ? ms / DAY : undefined;
    const monday = ms % (7 * DAY) === 0 ? FIRST_MONDAY : 0;
    if (this.#days !== undefined) this.#origin = monday;
    else if (ms >= DAY || this.timeZone === UTC) this.#origin = monday * DAY;
    else this.#origin = -offsetMs(SAMPLE_TIME, zone) % HOUR;
  }

  /** The start of the bucket that holds `time`; milliseconds since the epoch. */
  startOf(time: number): number {
    return this.#start(this.#index(time));
  }

  /** The start of the first bucket that begins at `time` or later. */
  startFrom(time: number): number {
    return this.startOf(time) === time ? time : this.shift(time, 1);
  }

  /** The start of the bucket that lies `buckets` after the one that holds `time`; before it, when negative. */
  shift(time: number, buckets: number): number {
    return this.#start(this.#index(time) + buckets);
  }

  /** How many buckets the interval touches. */
  count({ start, end }: Interval): number {
    return end <= start ? 0 : this.#index(end - 1) - this.#index(start) + 1;
  }

  /** The starts of the buckets that the interval touches, oldest first. */
  starts(interval: Interval): number[] {
    const first = this.#index(interval.start);
    return Array.from({ length: this.count(interval) }, (_, index) => this.#start(first + index));
  }

  /** The first `buckets` of an interval. */
  head({ start, end }: Interval, buckets: number): Interval {
    return { start, end: Math.min(end, this.shift(start, buckets)) };
  }

  #index(time: number): number {
    if (this.#days === undefined) return Math.floor((time - this.#origin) / this.granularity.ms);
    const { year, month, day } = DateTime.fromMillis(time, { zone: this.timeZone });
    return Math.floor((Date.UTC(year, month - 1, day) / DAY - this.#origin) / this.#days);
  }

  #start(index: number): number {
    if (this.#days === undefined) return index * this.granularity.ms + this.#origin;
    const day = new Date((index * this.#days + this.#origin) * DAY);
    // Where the clocks change at midnight, this is the first moment of the day all the same.
    return DateTime.fromObject(
      { year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() },
      { zone: this.timeZone },
    ).toMillis();
  }
}

/** The part of a request about aggregates that says which buckets are meant. */
export function requestTimes(
  { granularity, timeZone }: BucketGrid,
  interval: Interval,
): { interval: string; granularity: string; timeZone?: string } {
  const times = { interval: intervalText(interval), granularity: granularity.text };
  return timeZone === UTC ? times : { ...times, timeZone };
}

function zoneOf(timeZone: string): string {
  const zone = timeZone.trim();
  if (zone === "" || /^(?:Etc\/)?(?:UTC|UCT|GMT|Zulu)$/i.test(zone)) return UTC;
  if (!isTimeZone(zone)) {
    throw new Error(
      `timeZone "${zone.slice(0, 40)}" is not known: use a name such as Europe/Berlin, or leave it blank for UTC`,
    );
  }
  return zone;
}

function offsetMs(time: number, zone: string): number {
  return IANAZone.create(zone).offset(time) * 60_000;
}
