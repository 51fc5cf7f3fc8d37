import { DateTime } from "luxon";
import { ApiError, badRequest, invalidValue, missingField } from "./errors";

const DAY_MS = 24 * 3_600_000;

/** A JSON object with unchecked fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A half-open stretch of time, milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The body of a request as an object. */
export function bodyObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest();
  }
  if (!isObject(value)) throw badRequest("The request body must be a JSON object.");
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses fields that the API does not know. */
export function knownFields(object: JsonObject, name: string, fields: readonly string[]): void {
  const unknown = Object.keys(object).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    throw new ApiError(400, "invalid.property", `Unrecognized field [${unknown}] in [${name}].`, {
      details: [{ errorCode: "invalid.property", fieldName: unknown }],
    });
  }
}

/** A list of strings out of `allowed`; `undefined` when the field is absent. */
export function names<T extends string>(
  object: JsonObject,
  field: string,
  allowed: readonly T[],
  type: string,
): T[] | undefined {
  const value = object[field];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw invalidValue(value, type);
  return value.map((item: unknown) => oneOf(item, allowed, type));
}

/** As {@link names}, for a field that must be there and hold something. */
export function requiredNames<T extends string>(
  object: JsonObject,
  field: string,
  allowed: readonly T[],
  type: string,
): T[] {
  const list = names(object, field, allowed, type);
  if (!list || list.length === 0) throw missingField(field);
  return list;
}

/** Reads one of the allowed values; refuses any other. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[], type: string): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw invalidValue(value, type, allowed);
  return found;
}

/** An ISO 8601 time with an offset. */
export function time(value: unknown, type: string): number {
  const text = typeof value === "string" ? value : "";
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
  const ms = shape.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) {
    throw new ApiError(400, "invalid.date", `Value [${text}] is not a valid date for field [${type}].`);
  }
  return ms;
}

/** `start/end` of an aggregate query. */
export function interval(object: JsonObject): Span {
  if (object["interval"] === undefined || object["interval"] === null) throw missingField("interval");
  const text = object["interval"];
  const parts = typeof text === "string" ? text.split("/") : [];
  if (parts.length !== 2) throw invalidValue(text, "Interval");
  const span = { start: time(parts[0], "interval"), end: time(parts[1], "interval") };
  if (span.end <= span.start) throw badRequest("The end of the interval must be after its start.");
  return span;
}

/** A granularity as the API takes it. */
export interface Period {
  /** Length where days have 24 hours, in milliseconds. */
  readonly ms: number;
  /** Whole days: its buckets follow the days of a time zone. */
  readonly days: number;
}

/**
 * The interval cut into pieces of the granularity from its start on; the last one may be shorter. Pieces of days are
 * days of the zone, which have 23 or 25 hours now and then.
 */
export function buckets(span: Span, period: Period | undefined, zone = "UTC"): Span[] {
  if (period === undefined) return [span];
  const list: Span[] = [];
  const local = DateTime.fromMillis(span.start, { zone });
  const startOf = (index: number) =>
    period.days > 0 ? local.plus({ days: index * period.days }).toMillis() : span.start + index * period.ms;
  for (let index = 0; startOf(index) < span.end; index++) {
    list.push({ start: startOf(index), end: Math.min(startOf(index + 1), span.end) });
  }
  return list;
}

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** A granularity such as `PT30M`; `undefined` when absent. Months are not supported here. */
export function granularity(object: JsonObject, smallestMs: number): Period | undefined {
  const value = object["granularity"];
  if (value === undefined || value === null) return undefined;
  const ms = typeof value === "string" ? durationMs(value) : undefined;
  if (ms === undefined) throw invalidValue(value, "Period");
  if (ms < smallestMs) throw badRequest(`Granularity must be at least ${smallestMs / 60_000} minute(s).`);
  const withoutTime = typeof value === "string" && !value.includes("T");
  return { ms, days: withoutTime ? ms / DAY_MS : 0 };
}

/** An ISO 8601 duration of fixed length, in milliseconds; `undefined` when it is none or is empty. */
export function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const allDays = (weeks ?? 0) * 7 + (days ?? 0);
  const ms = (((allDays * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
  return ms > 0 ? ms : undefined;
}

/** A whole number of the query string within bounds. */
export function queryNumber(
  query: URLSearchParams,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw badRequest(`The query parameter [${name}] must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

/** `start/end` in the spelling of the API. */
export function intervalText({ start, end }: Span): string {
  return `${new Date(start).toISOString()}/${new Date(end).toISOString()}`;
}
