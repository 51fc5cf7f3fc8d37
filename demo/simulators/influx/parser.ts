/**
 * A strict parser of line protocol, made to agree with the one inside InfluxDB 2.9.1: what it refuses, the server
 * refuses, with the same reason. It shares no code with `lib/line-protocol`, so that the two can check each other.
 */

/** Unit of the timestamps in a body. */
export type Precision = "ns" | "us" | "ms" | "s";

/** A field as the server would store it. */
export type ParsedField =
  | { readonly type: "integer"; readonly value: bigint }
  | { readonly type: "unsigned"; readonly value: bigint }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "boolean"; readonly value: boolean };

/** One accepted line. */
export interface ParsedPoint {
  readonly line: string;
  readonly measurement: string;
  /** Sorted by key. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly fields: readonly (readonly [key: string, field: ParsedField])[];
  readonly timestampNs: bigint;
}

/** The good lines of a body, and the errors of the bad ones. */
export interface ParsedBody {
  readonly points: ParsedPoint[];
  /** One text per bad line, as the server words it. */
  readonly errors: string[];
}

const NS_PER: Record<Precision, bigint> = { ns: 1n, us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n };
const TIME_LIMIT = 9223372036854775806n;
const MAX_KEY_BYTES = 65_535;

/** Parses a whole body; `nowNs` stamps lines without a timestamp. */
export function parseBody(body: string, precision: Precision, nowNs: bigint): ParsedBody {
  const parsed: ParsedBody = { points: [], errors: [] };
  for (const raw of bodyLines(body)) {
    const line = raw.replace(/^[ \t\0]+/, "");
    if (line === "" || line.startsWith("#")) continue;
    try {
      parsed.points.push(parseLine(line, precision, nowNs));
    } catch (error) {
      parsed.errors.push(`unable to parse '${line}': ${error instanceof Error ? error.message : "?"}`);
    }
  }
  return parsed;
}

/** Where the server ends a line: at a line break that is neither inside a string value nor escaped. */
function* bodyLines(body: string): Generator<string> {
  let start = 0;
  let inFields = false;
  let quoted = false;
  let values = 0;
  for (let i = 0; i < body.length; i++) {
    const char = body[i];
    if (char === "\\" && i + 2 < body.length) i++;
    else if (char === "\n" && !quoted) {
      yield body.slice(start, i);
      start = i + 1;
      inFields = false;
      values = 0;
    } else if (char === " ") inFields = true;
    else if (inFields && !quoted && char === "=") values++;
    else if (inFields && !quoted && char === ",") values--;
    else if (inFields && char === '"' && values > 0) quoted = !quoted;
  }
  yield body.slice(start);
}

function parseLine(line: string, precision: Precision, nowNs: bigint): ParsedPoint {
  const reader = new LineReader(line);
  const measurement = reader.until(", ");
  if (measurement === "") throw new Error("missing measurement");
  const tags = readTags(reader);
  const seriesKey = line.slice(0, reader.at);
  reader.skipSpaces();
  if (reader.atEnd) throw new Error("missing fields");
  const fields = readFields(reader);
  for (const [key] of fields) {
    const bytes = Buffer.byteLength(seriesKey) + 4 + Buffer.byteLength(key);
    if (bytes > MAX_KEY_BYTES) throw new Error(`max key length exceeded: ${bytes} > ${MAX_KEY_BYTES}`);
  }
  return {
    line,
    measurement: unescape(measurement),
    tags,
    fields,
    timestampNs: readTime(reader, precision, nowNs),
  };
}

function readTags(reader: LineReader): [string, string][] {
  const tags: [string, string][] = [];
  while (reader.take(",")) {
    const key = reader.until("=, ");
    if (key === "") throw new Error("missing tag key");
    if (!reader.take("=")) throw new Error("missing tag value");
    const value = reader.until("=, ");
    if (value === "") throw new Error("missing tag value");
    if (reader.next === "=") throw new Error("invalid tag format");
    tags.push([unescape(key), unescape(value)]);
  }
  tags.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  tags.forEach(([key], i) => {
    if (key === tags[i + 1]?.[0]) throw new Error("duplicate tags");
    if (["time", "_field", "_measurement"].includes(key))
      throw new Error(`cannot use reserved tag key "${key}"`);
  });
  return tags;
}

function readFields(reader: LineReader): [string, ParsedField][] {
  const fields: [string, ParsedField][] = [];
  do {
    const key = reader.until("=, ");
    if (key === "") throw new Error("missing field key");
    if (!reader.take("="))
      throw new Error(reader.next === "," ? "missing field value" : "invalid field format");
    if (reader.next === '"') fields.push([unescape(key), { type: "string", value: reader.quoted() }]);
    else fields.push([unescape(key), readValue(reader.until(", ", false))]);
    if (!reader.atEnd && reader.next !== "," && reader.next !== " ") throw new Error("invalid field format");
  } while (reader.take(","));
  return fields;
}

const TRUE = new Set(["t", "T", "true", "True", "TRUE"]);
const FALSE = new Set(["f", "F", "false", "False", "FALSE"]);

function readValue(text: string): ParsedField {
  if (text === "") throw new Error("missing field value");
  if (TRUE.has(text)) return { type: "boolean", value: true };
  if (FALSE.has(text)) return { type: "boolean", value: false };
  if (/^[tTfF]/.test(text)) throw new Error("invalid boolean");
  if (/^-?\d+i$/.test(text)) {
    const value = BigInt(text.slice(0, -1));
    if (value !== BigInt.asIntN(64, value)) throw outOfRange("integer", "ParseInt", text.slice(0, -1));
    return { type: "integer", value };
  }
  if (/^\d+u$/.test(text)) {
    const value = BigInt(text.slice(0, -1));
    if (value !== BigInt.asUintN(64, value)) throw outOfRange("unsigned", "ParseUint", text.slice(0, -1));
    return { type: "unsigned", value };
  }
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw new Error("invalid number");
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error("invalid float");
  return { type: "float", value };
}

function outOfRange(type: string, parser: string, digits: string): Error {
  return new Error(
    `unable to parse ${type} ${digits}: strconv.${parser}: parsing "${digits}": value out of range`,
  );
}

function readTime(reader: LineReader, precision: Precision, nowNs: bigint): bigint {
  reader.skipSpaces();
  const text = reader.until(" ", false);
  reader.skipSpaces(" ");
  if (text === "") return nowNs - (nowNs % NS_PER[precision]);
  if (!/^-?\d+$/.test(text)) throw new Error("bad timestamp");
  if (!reader.atEnd) throw new Error("point is invalid");
  const time = BigInt(text) * NS_PER[precision];
  if (time > TIME_LIMIT || time < -TIME_LIMIT)
    throw new Error(`time outside range ${-TIME_LIMIT} - ${TIME_LIMIT}`);
  return time;
}

/** Removes the escapes of names and tags; any other backslash is itself. */
function unescape(text: string): string {
  return text.replace(/\\([,= ])/g, "$1");
}

class LineReader {
  at = 0;
  readonly #line: string;

  constructor(line: string) {
    this.#line = line;
  }

  get atEnd(): boolean {
    return this.at >= this.#line.length;
  }

  get next(): string | undefined {
    return this.#line[this.at];
  }

  take(char: string): boolean {
    if (this.next !== char) return false;
    this.at++;
    return true;
  }

  /** What may stand between the parts of a line. */
  skipSpaces(spaces = " \t\0"): void {
    while (this.next !== undefined && spaces.includes(this.next)) this.at++;
  }

  /** Text up to one of `stops` that no backslash precedes. */
  until(stops: string, escapes = true): string {
    const start = this.at;
    for (; !this.atEnd; this.at++) {
      if (!stops.includes(this.next ?? "")) continue;
      if (!escapes || this.at === start || this.#line[this.at - 1] !== "\\") break;
    }
    return this.#line.slice(start, this.at);
  }

  /** A string value; only `\"` and `\\` are escapes. */
  quoted(): string {
    let text = "";
    for (this.at++; !this.atEnd; this.at++) {
      const char = this.next ?? "";
      const following = this.#line[this.at + 1];
      if (char === '"') {
        this.at++;
        return text;
      }
      if (char === "\\" && (following === '"' || following === "\\")) this.at++;
      text += this.next;
    }
    throw new Error("unbalanced quotes");
  }
}
