import { EncodeError } from "./encode-error";
import { escapeFieldName, quoteString } from "./escape";
import type { Point } from "./point";
import { isHazardous, seriesOf } from "./series";
import { lineProblem } from "../lines/check";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
/** InfluxDB keeps the outermost values of an int64 timestamp for itself. */
const TIMESTAMP_MAX = 2n ** 63n - 2n;
/** Bytes of measurement, tags and field key together, `max key length exceeded` beyond. */
const MAX_KEY_BYTES = 65_535;

/**
 * One line of line protocol, without a line break, for the write endpoints of InfluxDB 1.8, 2 and 3. Tags are sorted by
 * their UTF-8 bytes, fields keep their order, the timestamp is in nanoseconds.
 *
 * Cleaned on the way, because no escape carries it: a line break in a name, tag or string becomes a space, other control
 * characters go, a backslash at the end of a name or tag goes, in a field's name also one before a space, comma or equals
 * sign and tabs in front, a tag left empty is omitted, a NaN or infinite float is omitted.
 *
 * @throws {EncodeError} when the measurement is empty or begins with `#` (the server would take the line for a comment
 *   and drop it silently), when no field is left, and for a reserved name, a tag that comes twice, an int that is not
 *   whole or out of range, a timestamp out of range, a key that is too long, or names that would hide the end of the line
 */
export function encodePoint(point: Point): string {
  const { measurement, tags, fields, timestampNs } = point;
  const series = seriesOf(measurement, tags);
  hazard = series.hazardous;
  let line = series.text;
  let written = 0;
  // What ends a value is written with the name of the next field: joining strings is most of the work.
  let suffix: Suffix | undefined;
  for (const field of fields) {
    const { name, type, value } = field;
    let text: string | number;
    let next: Suffix;
    if (type === "float" && typeof value === "number") {
      // NaN and the infinities have no form in line protocol.
      if (value - value !== 0) continue;
      text = value;
      next = "";
    } else if (type === "int" && typeof value === "number" && Number.isSafeInteger(value)) {
      text = value;
      next = "i";
    } else {
      text = otherField(field);
      next = type === "int" ? "i" : type === "uint" ? "u" : "";
    }
    // Rows that follow each other mostly have the same fields in the same order: comparing is cheaper than looking up.
    const last = starts[written];
    line += last?.name === name && last.suffix === suffix ? last.text : fieldStart(written, name, suffix);
    line = `${line}${text}`;
    suffix = next;
    written++;
  }
  if (suffix === undefined) throw new EncodeError(`${describe(point)} has no field with a value`);
  if (series.text.length > MAX_KEY_BYTES / 4) checkKeyLength(point, series.text);
  line += timestampNs === undefined ? suffix : suffix + timestampText(timestampNs);
  if (hazard && lineProblem(line) !== undefined)
    throw new EncodeError(
      `${describe(point)} has a name with a backslash before a space, comma or equals sign: ` +
        "InfluxDB would not find the end of the line",
    );
  return line;
}

/** What follows the digits of an integer, by its type. */
type Suffix = "" | "i" | "u";

/** Set when a name of the point could hide the end of the line from the server. */
let hazard = false;

/** What stands in front of a value: the suffix of the value before, `undefined` for the first field, and a name. */
interface FieldStart {
  readonly name: string;
  readonly suffix: Suffix | undefined;
  readonly text: string;
}

/** The fields of the row before, by position. */
const starts: FieldStart[] = [];

/** The names of a package's metrics are few and come again with every row: their checked and escaped forms are kept. */
const NAMES = new Map<string, string>();
const KEPT_NAMES = 5_000;

function fieldStart(at: number, name: string, suffix: Suffix | undefined): string {
  const key = NAMES.get(name) ?? fieldName(name);
  const text = suffix === undefined ? ` ${key}=` : `${suffix},${key}=`;
  // A name that is a hazard must be looked at every time.
  if (isHazardous(key)) hazard = true;
  else starts[at] = { name, suffix, text };
  return text;
}

function fieldName(name: string): string {
  const key = escapeFieldName(name);
  if (key === "") throw new EncodeError("a field has an empty name");
  if (key === "time")
    throw new EncodeError('field "time" is a name that InfluxDB reserves: it drops such a field');
  if (NAMES.size >= KEPT_NAMES) NAMES.clear();
  NAMES.set(name, key);
  return key;
}

/** The value of a field that is neither a float nor a small int, or that is not what its type says; without suffix. */
function otherField({ name, type, value }: { name: string; type: string; value: unknown }): string {
  switch (type) {
    case "int":
      return wholeNumber(name, value, INT64_MIN, INT64_MAX);
    case "uint":
      return wholeNumber(name, value, 0n, UINT64_MAX);
    case "string":
      if (typeof value !== "string") break;
      return quoteString(value);
    case "bool":
      if (typeof value !== "boolean") break;
      return value ? "true" : "false";
    case "float":
      break;
    default:
      throw new EncodeError(`field "${name}" has the unknown type ${type}`);
  }
  throw new EncodeError(`field "${name}" is a ${type}, but its value is of type ${typeof value}`);
}

function wholeNumber(name: string, value: unknown, min: bigint, max: bigint): string {
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isSafeInteger(value)))
    throw new EncodeError(
      `field "${name}" is an integer, but its value is ${String(value)}: ` +
        "write whole numbers up to 2^53 as number, larger ones as bigint",
    );
  if (value < min || value > max)
    throw new EncodeError(`field "${name}" is out of range for its type: ${String(value)}`);
  return String(value);
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
  lastTimestampText = ` ${timestampNs}`;
  return lastTimestampText;
}

/** The server counts measurement, tags, a separator of four bytes and the longest field key. */
function checkKeyLength(point: Point, key: string): void {
  const longest = Math.max(0, ...point.fields.map(({ name }) => utf8Bytes(name)));
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
