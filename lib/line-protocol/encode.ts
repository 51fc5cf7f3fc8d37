import { compareUtf8, escapeKey, escapeMeasurement, quoteString } from "./escape";
import type { FieldValue, Point } from "./point";
import { lineProblem } from "./split";

/** A point that line protocol cannot carry; the message names the part that is wrong and why. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
}

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
/** InfluxDB keeps the outermost values of an int64 timestamp for itself. */
const TIMESTAMP_MAX = 2n ** 63n - 2n;
/** Bytes of measurement, tags and field key together, `max key length exceeded` beyond. */
const MAX_KEY_BYTES = 65_535;
/** InfluxDB refuses these as tag keys with 400. */
const RESERVED_TAGS = new Set(["time", "_field", "_measurement"]);

/**
 * One line of line protocol, without a line break, for the write endpoints of InfluxDB 1.8, 2 and 3. Tags are sorted by
 * their UTF-8 bytes, fields keep their order, the timestamp is in nanoseconds.
 *
 * Cleaned on the way, because no escape carries it: a line break in a name, tag or string becomes a space, other control
 * characters go, a backslash at the end of a name or tag goes, a tag left empty is omitted, a NaN or infinite float is
 * omitted.
 *
 * @throws {EncodeError} when the measurement is empty or begins with `#` (the server would take the line for a comment
 *   and drop it silently), when no field is left, and for a reserved name, an int that is not whole or out of range, a
 *   timestamp out of range, a key that is too long, or names that would hide the end of the line
 */
export function encodePoint(point: Point): string {
  hazard = false;
  const key = seriesKey(point);
  const { fields: values, timestampNs } = point;
  let fields = "";
  let at = 0;
  for (const name in values) {
    const field = values[name];
    if (field === undefined) continue;
    let start: string | undefined;
    if (lastNames[at] === name) start = lastStarts[at]!;
    else {
      start = FIELD_STARTS.get(name) ?? fieldStart(name);
      // A name that is a hazard must be looked at every time.
      lastNames[at] = hazard ? "" : name;
      lastStarts[at] = start;
    }
    at++;
    if (fields === "") start = start.slice(1);
    const { type, value } = field;
    if (type === "float" && typeof value === "number") {
      // NaN and the infinities have no form in line protocol.
      if (value - value === 0) fields += start + value;
    } else if (type === "int" && typeof value === "number" && Number.isSafeInteger(value))
      fields += `${start + value}i`;
    else fields += start + otherField(name, field);
  }
  if (fields === "") throw new EncodeError(`${describe(point)} has no field with a value`);
  if (key.length > MAX_KEY_BYTES / 4) checkKeyLength(point, key);
  const line =
    timestampNs === undefined ? `${key} ${fields}` : `${key} ${fields} ${timestampText(timestampNs)}`;
  if (hazard && lineProblem(line) !== undefined)
    throw new EncodeError(
      `${describe(point)} has a name with a backslash before a space, comma or equals sign: ` +
        "InfluxDB would not find the end of the line",
    );
  return line;
}

/** Set when a name of the point holds `\\\\`, which the server takes for one escape when it looks for a line's end. */
let hazard = false;

/** The names of a package's metrics are few and come again with every row: their checked and escaped forms are kept. */
const FIELD_STARTS = new Map<string, string>();
const TAG_STARTS = new Map<string, string>();
const KEPT_NAMES = 5_000;
/** Rows that follow each other mostly have the same fields in the same order: comparing is cheaper than looking up. */
const lastNames: string[] = [];
const lastStarts: string[] = [];

function keep(kept: Map<string, string>, name: string, text: string): string {
  if (kept.size >= KEPT_NAMES) kept.clear();
  kept.set(name, text);
  return text;
}

/** Measurement and tags: what names the series. */
function seriesKey(point: Point): string {
  const { measurement, tags } = point;
  const start = measurement === lastMeasurement ? lastMeasurementText : measurementText(measurement);
  let key = start;
  let previous = "";
  let at = 0;
  for (const name in tags) {
    const value = tags[name];
    if (value === undefined || value === "") continue;
    if (previous !== "" && !(name === lastTags[at] && previous === lastTags[at - 1])) {
      if (compareUtf8(previous, name) > 0) return sortedKey(start, tags);
    }
    if (name !== lastTags[at] || value !== lastValues[at]) {
      const text = tagText(name, value);
      if (name !== lastTags[at]) lastTags.length = at;
      lastTags[at] = name;
      // A value that is a hazard must be looked at every time.
      lastValues[at] = hazard ? "" : value;
      lastTexts[at] = text;
    }
    key += lastTexts[at]!;
    previous = name;
    at++;
  }
  return key;
}

/** The tags of the row before, in their order, which was sorted. */
const lastTags: string[] = [];
const lastValues: string[] = [];
const lastTexts: string[] = [];
let lastMeasurement: string | undefined;
let lastMeasurementText = "";

function sortedKey(start: string, tags: Point["tags"]): string {
  let key = start;
  for (const name of Object.keys(tags).sort(compareUtf8)) key += tagText(name, tags[name]);
  return key;
}

function measurementText(measurement: string): string {
  const text = escapeMeasurement(measurement);
  if (text === "") throw new EncodeError("the measurement is empty");
  if (text.startsWith("#"))
    throw new EncodeError(`measurement "${measurement}" begins with "#": the server would read a comment`);
  if (!isHazardous(text)) {
    lastMeasurement = measurement;
    lastMeasurementText = text;
  }
  return text;
}

/** `,key=value`, or nothing when either is empty. */
function tagText(name: string, value: string | undefined): string {
  if (value === undefined || value === "") return "";
  if (typeof value !== "string")
    throw new EncodeError(`tag "${name}" is of type ${typeof value}, not a string`);
  const start = TAG_STARTS.get(name) ?? tagStart(name);
  const text = escapeKey(value);
  if (text !== value) isHazardous(text);
  return start === "" || text === "" ? "" : start + text;
}

function tagStart(name: string): string {
  if (RESERVED_TAGS.has(name)) throw new EncodeError(`tag "${name}" is a name that InfluxDB reserves`);
  const key = escapeKey(name);
  const text = key === "" ? "" : `,${key}=`;
  return isHazardous(key) ? text : keep(TAG_STARTS, name, text);
}

function fieldStart(name: string): string {
  const key = escapeKey(name);
  if (key === "") throw new EncodeError("a field has an empty name");
  if (key === "time")
    throw new EncodeError('field "time" is a name that InfluxDB reserves: it drops such a field');
  const text = `,${key}=`;
  return isHazardous(key) ? text : keep(FIELD_STARTS, name, text);
}

function isHazardous(escaped: string): boolean {
  const found = escaped.includes("\\\\");
  hazard ||= found;
  return found;
}

/** The value of a field that is neither a float nor a small int, or that is not what its type says. */
function otherField(name: string, field: FieldValue): string {
  const value: unknown = field.value;
  switch (field.type) {
    case "int":
      return `${wholeNumber(name, field.value, INT64_MIN, INT64_MAX)}i`;
    case "uint":
      return `${wholeNumber(name, field.value, 0n, UINT64_MAX)}u`;
    case "float":
      throw wrongType(name, "float", value);
    case "string":
      if (typeof value !== "string") throw wrongType(name, "string", value);
      return quoteString(value);
    case "bool":
      if (typeof value !== "boolean") throw wrongType(name, "bool", value);
      return value ? "true" : "false";
    default:
      throw new EncodeError(`field "${name}" has the unknown type ${String((field as FieldValue).type)}`);
  }
}

function wholeNumber(name: string, value: number | bigint, min: bigint, max: bigint): string {
  if (typeof value === "number" ? !Number.isSafeInteger(value) : typeof value !== "bigint")
    throw new EncodeError(
      `field "${name}" is an integer, but its value is ${String(value)}: ` +
        "write whole numbers up to 2^53 as number, larger ones as bigint",
    );
  if (value < min || value > max)
    throw new EncodeError(`field "${name}" is out of range for its type: ${String(value)}`);
  return String(value);
}

function wrongType(name: string, type: string, value: unknown): EncodeError {
  return new EncodeError(`field "${name}" is a ${type}, but its value is of type ${typeof value}`);
}

let lastTimestamp: bigint | undefined;
let lastTimestampText = "";

/** The points of one poll share their timestamp, and a bigint is slow to print: the last one is kept. */
function timestampText(timestampNs: bigint): string {
  if (timestampNs === lastTimestamp) return lastTimestampText;
  if (typeof timestampNs !== "bigint")
    throw new EncodeError(`the timestamp ${String(timestampNs)} is not a bigint of nanoseconds`);
  if (timestampNs > TIMESTAMP_MAX || timestampNs < -TIMESTAMP_MAX)
    throw new EncodeError(`the timestamp ${timestampNs} is outside what InfluxDB can store`);
  lastTimestamp = timestampNs;
  lastTimestampText = String(timestampNs);
  return lastTimestampText;
}

/** The server counts measurement, tags, a separator of four bytes and the longest field key. */
function checkKeyLength(point: Point, key: string): void {
  const longest = Math.max(0, ...Object.keys(point.fields).map((name) => utf8Bytes(name)));
  if (utf8Bytes(key) + 4 + longest > MAX_KEY_BYTES)
    throw new EncodeError(
      `${describe(point)} has a key longer than ${MAX_KEY_BYTES} bytes: shorten its tag values`,
    );
}

/** Without Buffer, so that the dialog's sample line can be made in a browser. */
function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function describe(point: Point): string {
  return `the point of measurement "${point.measurement.slice(0, 64)}"`;
}
