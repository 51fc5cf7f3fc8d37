const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Local hours between which the simulated contact centre is in full swing. */
const BUSY = { from: 9, to: 17 };
/** What its clock shows when the demo is started at any other hour. */
const OTHERWISE = 13;

/**
 * How far the day of the simulated organisation is ahead of UTC, in minutes: local time by day. At any other hour it is
 * early afternoon there, so that there is something to see.
 */
export function siteOffsetMinutes(now: Date): number {
  const local = -now.getTimezoneOffset();
  const hour = now.getHours() + now.getMinutes() / 60;
  if (hour >= BUSY.from && hour < BUSY.to) return local;
  const utc = Math.floor(now.getTime() / MINUTE_MS) % DAY_MINUTES;
  const ahead = OTHERWISE * 60 - utc;
  // The nearest such day, so that its dates stay as near to the calendar's as can be.
  return ((((ahead + DAY_MINUTES / 2) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES) - DAY_MINUTES / 2;
}
