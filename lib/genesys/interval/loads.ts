import { DateTime } from "luxon";
import { isDate } from "../../terms/dates";
import { durationMs } from "../../terms/durations";
import { isObject, propertyOf } from "../json";
import { GenesysError } from "../errors";
import type { Interval } from "./granularity";
import { intervalText } from "./granularity";

/** A requested range of history and its progress; times in milliseconds since the epoch. */
export interface Load extends Interval {
  /** Start of what is left: everything before was handed on. */
  readonly next: number;
  /** Where the first answer with rows began: before that Genesys Cloud has nothing, or nothing any more. */
  readonly firstRows: number | undefined;
}

/** Loads that may wait: more is a loop in somebody's flow. */
export const MAX_LOADS = 20;
/** Longer ranges need `confirm: true`. */
export const MAX_UNCONFIRMED_DAYS = 400;

const DAY = 24 * 3_600_000;
const EXAMPLE = '{ "from": "2026-11-01", "to": "2026-11-08" }';

/** The `msg.load` that ends all loads. */
export const STOP = "stop";

/**
 * Reads `msg.load`: `{ from, to, confirm? }`, both times in ISO 8601, without an offset in the poll's time zone.
 *
 * @param horizon end of the open bucket, milliseconds since the epoch: no range may reach beyond it
 * @throws GenesysError saying what is wrong, and what to write instead
 */
export function readLoad(value: unknown, timeZone: string, horizon: number): Interval {
  if (!isObject(value)) throw refusal(`msg.load must be ${EXAMPLE}, or "${STOP}"`);
  const start = readTime(value, "from", timeZone);
  const end = readTime(value, "to", timeZone);
  if (end <= start) throw refusal("msg.load.to must be later than msg.load.from");
  if (end > horizon) {
    throw refusal(`msg.load.${start >= horizon ? "from" : "to"} lies in the future: load what has happened`);
  }
  const days = (end - start) / DAY;
  if (days > MAX_UNCONFIRMED_DAYS && propertyOf(value, "confirm") !== true) {
    throw refusal(
      `msg.load asks for ${Math.round(days)} days; more than ${MAX_UNCONFIRMED_DAYS} need msg.load.confirm: true`,
    );
  }
  return { start, end };
}

/**
 * Reads where history begins: at a date, or a duration before the first poll.
 *
 * @returns the start for the time of the first poll, both milliseconds since the epoch; `undefined` for a blank setting
 * @throws Error naming the setting when it is neither
 */
export function readHistoryFrom(text: string, timeZone: string): ((firstPoll: number) => number) | undefined {
  const setting = text.trim();
  if (setting === "") return undefined;
  const length = durationMs(setting);
  if (length !== undefined) return (firstPoll) => firstPoll - length;
  if (!isDate(setting)) {
    throw new Error(
      `historyFrom "${setting.slice(0, 40)}" is neither a date nor a duration: use 2026-11-01 or P30D, or leave it blank`,
    );
  }
  const date = DateTime.fromISO(setting, { zone: timeZone }).toMillis();
  return () => date;
}

/** Share of all loads that is done, 0 to 1; for status and health. */
export function progressOf(loads: readonly Load[]): number {
  const length = loads.reduce((sum, { start, end }) => sum + end - start, 0);
  const done = loads.reduce((sum, { start, next }) => sum + next - start, 0);
  return length === 0 ? 1 : done / length;
}

/** Words the notice of a finished load. */
export function loadReport({ start, end, firstRows }: Load): string {
  const range = intervalText({ start, end });
  if (firstRows === undefined) {
    return `history ${range} is loaded: Genesys Cloud has nothing for it, or nothing any more`;
  }
  const empty = firstRows - start > DAY;
  return empty
    ? `history ${range} is loaded; Genesys Cloud has nothing for ${intervalText({ start, end: firstRows })}, or nothing any more`
    : `history ${range} is loaded`;
}

/** Makes the error for a `msg.load` that is refused. */
export function refusal(message: string): GenesysError {
  return new GenesysError("badRequest", message, { apiCode: "load" });
}

function readTime(value: unknown, key: string, timeZone: string): number {
  const text = propertyOf(value, key);
  const time =
    typeof text === "string" && /^\d{4}-/.test(text) ? DateTime.fromISO(text, { zone: timeZone }) : undefined;
  if (!time?.isValid) throw refusal(`msg.load.${key} must be a time in ISO 8601, such as in ${EXAMPLE}`);
  return time.toMillis();
}
