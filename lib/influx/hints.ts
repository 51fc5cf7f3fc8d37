import { jsonBody } from "./answer";
import { typeConflict, valueTypeAt } from "./type-conflict";

/** Lines that an answer names, by their index in the request, each with the part of the text that is about it. */
export interface Hints {
  /** Refused for certain: the server quoted the whole line or gave its number. */
  readonly certain: ReadonlyMap<number, string>;
  /**
   * Probably refused: they are older than the text says, have the field and type that it complains of, or stand first
   * in what it quotes.
   */
  readonly suspects: ReadonlyMap<number, string>;
}

/** The source of hints. */
export interface HintSource {
  /** The server's text, complete. */
  readonly text: string;
  /** The whole body of the answer. */
  readonly body: string;
  readonly lines: readonly string[];
  /** Nanoseconds in one unit of the lines' timestamps. */
  readonly nsPerUnit: bigint;
}

/**
 * Finds the lines that an answer names. Every server words this in its own way and most name only some lines, so an
 * empty result proves nothing. Texts are foreign: reading one takes linear time.
 */
export function readHints(source: HintSource): Hints {
  const certain = new Map([...quotedLines(source), ...numberedLines(source)]);
  const suspects = new Map([...conflictingLines(source), ...expiredLines(source), ...linesInFront(source)]);
  for (const index of certain.keys()) suspects.delete(index);
  return { certain, suspects };
}

const QUOTE_START = "unable to parse '";
const QUOTE_END = "': ";

/**
 * InfluxDB 1 and 2: `unable to parse '<line>': <reason>`, repeated. Skips quoted lines, which may read like another
 * quotation.
 */
function quotedLines({ text, lines }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  let at = text.indexOf(QUOTE_START);
  if (at < 0) return found;
  const indexes = new Map<string, number[]>();
  lines.forEach((line, index) => {
    const key = line.trimStart();
    const same = indexes.get(key);
    if (same) same.push(index);
    else indexes.set(key, [index]);
  });
  const lengths = [...new Set([...indexes.keys()].map(({ length }) => length))].sort((a, b) => b - a);
  while (at >= 0) {
    const start = at + QUOTE_START.length;
    // A line may hold `': ` too, so take the longest of our lines that is quoted.
    const length = lengths.find(
      (candidate) =>
        text.startsWith(QUOTE_END, start + candidate) && indexes.has(text.slice(start, start + candidate)),
    );
    // Not one of our lines: whatever follows may lie inside it.
    if (length === undefined) return found;
    const line = text.slice(start, start + length);
    const reasonAt = start + length + QUOTE_END.length;
    at = text.indexOf(QUOTE_START, reasonAt);
    const reason = withoutCount(text.slice(reasonAt, at < 0 ? undefined : at));
    for (const index of indexes.get(line) ?? [])
      found.set(index, `${QUOTE_START}${line}${QUOTE_END}${reason}`);
  }
  return found;
}

/** A reason without the number of points that InfluxDB 1 puts behind it. */
function withoutCount(reason: string): string {
  const text = reason.trimEnd();
  const at = text.lastIndexOf("dropped=");
  return at >= 0 && /^\d+$/.test(text.slice(at + "dropped=".length)) ? text.slice(0, at).trimEnd() : text;
}

/**
 * InfluxDB 3: `data: [{ line_number, error_message }]`; Cloud Serverless and Dedicated: `error parsing line 3
 * (1-based): <reason>` at the start of a line of text, or a `line` beside the message.
 */
function numberedLines({ text, body, lines }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  // A line break inside a string makes it unclear how the server counts.
  if (lines.some((line) => line.includes("\n"))) return found;
  const json = jsonBody(body);
  const data = json?.["data"];
  for (const entry of Array.isArray(data) ? (data as unknown[]) : [data]) {
    const { line_number: number, error_message: reason } = (entry ?? {}) as Record<string, unknown>;
    if (typeof number === "number") note(number, typeof reason === "string" ? reason : text);
  }
  for (const match of text.matchAll(/(?:^[ \t]?|: )error parsing line (\d{1,9})\b[^\n]*/gm))
    note(Number(match[1]), match[0].replace(/^: /, "").trim());
  const numbered = json?.["line"];
  if (found.size === 0 && typeof numbered === "number") note(numbered, text);
  return found;

  function note(number: number, reason: string) {
    if (Number.isInteger(number) && number >= 1 && number <= lines.length) found.set(number - 1, reason);
  }
}

/**
 * InfluxDB 2: `… violates a Retention Policy Lower Bound at <RFC 3339>`, or the bounds of a write window. Suspects
 * only: the text also quotes tags, which may read like a bound.
 */
function expiredLines({ text, lines, nsPerUnit }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  let bounds = 0;
  for (const [, what = "", side, time = ""] of text.matchAll(BOUND)) {
    const bound = nanoseconds(time);
    if (bound === undefined) continue;
    if (++bounds > MAX_BOUNDS) break;
    const outside = side === "Lower" ? (at: bigint) => at < bound : (at: bigint) => at > bound;
    lines.forEach((line, index) => {
      const at = timestampOf(line);
      if (at !== undefined && outside(at * nsPerUnit))
        found.set(index, `outside what the bucket takes: ${what} ${side} Bound at ${time}`);
    });
  }
  return found;
}

const BOUND = /(Retention Policy|Write Window) (Lower|Upper) Bound at (\d{4}-[\dT:.Z+-]{6,40})/g;

/** A server names at most two; more come from a quoted line. */
const MAX_BOUNDS = 4;

/** The time of a line in its own unit; `undefined` when it has none. */
function timestampOf(line: string): bigint | undefined {
  const text = line.slice(line.lastIndexOf(" ") + 1);
  return /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

/**
 * VictoriaMetrics from 1.105: `incorrect influx line "<the bad line and all that follow it>": <reason>`. The line, sent
 * alone, is answered with its own reason.
 */
function linesInFront({ text, lines }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  const at = text.indexOf(IN_FRONT);
  if (at < 0) return found;
  const from = at + IN_FRONT.length;
  lines.forEach((line, index) => {
    const start = JSON.stringify(line).slice(1, -1);
    if (!text.startsWith(start, from)) return;
    if (text.startsWith("\\n", from + start.length) || text.startsWith('"', from + start.length))
      found.set(index, text);
  });
  return found;
}

const IN_FRONT = 'incorrect influx line "';

/** Lines that write a field with the type that the server complains of. */
function conflictingLines({ text, lines }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  const conflict = typeConflict(text);
  if (!conflict) return found;
  const start = conflict.measurement?.replace(/[, ]/g, "\\$&");
  const key = `${conflict.field.replace(/[,= ]/g, "\\$&")}=`;
  lines.forEach((line, index) => {
    if (start !== undefined && !(line.startsWith(start) && /[, ]/.test(line.charAt(start.length)))) return;
    for (let at = line.indexOf(key); at >= 0; at = line.indexOf(key, at + 1)) {
      if (!/[, ]/.test(line.charAt(at - 1))) continue;
      if (conflict.type === undefined) return void found.set(index, conflict.reason);
      if (valueTypeAt(line, at + key.length) === conflict.type)
        return void found.set(index, `field type conflict: ${conflict.reason}`);
    }
  });
  return found;
}

/** RFC 3339 to nanoseconds since the epoch; `Date` alone stops at milliseconds. */
function nanoseconds(time: string): bigint | undefined {
  const seconds = Date.parse(time.replace(/\.\d+/, ""));
  if (Number.isNaN(seconds)) return undefined;
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
}

/** InfluxDB 1 and 2 end with the number of points that they dropped; it can be too low, never too high. */
export function droppedPoints(text: string): number {
  const at = text.lastIndexOf(DROPPED);
  return at < 0 ? 0 : Number(/^\d{0,9}/.exec(text.slice(at + DROPPED.length, at + 20))?.[0] ?? 0);
}

const DROPPED = "dropped=";
