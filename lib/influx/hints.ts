import { parseJson } from "./answer";

/** Lines that an answer names, by their index in the request, each with the part of the text that is about it. */
export interface Hints {
  /** Refused for certain: the line was quoted, numbered, or lies before the server's own time bound. */
  readonly certain: ReadonlyMap<number, string>;
  /** Probably refused: they have the field and type that the text complains of, or stand first in what it quotes. */
  readonly suspects: ReadonlyMap<number, string>;
}

/** What a hint is read from. */
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
 * Which lines the server's answer names. Every server words this in its own way and most name only some of the lines, so
 * an empty result says nothing.
 */
export function readHints(source: HintSource): Hints {
  const certain = new Map([...quotedLines(source), ...numberedLines(source), ...expiredLines(source)]);
  const suspects = new Map([...conflictingLines(source), ...linesInFront(source)]);
  for (const index of certain.keys()) suspects.delete(index);
  return { certain, suspects };
}

const QUOTE_START = "unable to parse '";

/** InfluxDB 1 and 2: `unable to parse '<line>': <reason>`, one after the other. */
function quotedLines({ text, lines }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  if (!text.includes(QUOTE_START)) return found;
  const indexes = new Map<string, number[]>();
  lines.forEach((line, index) => {
    const key = line.trimStart();
    const same = indexes.get(key);
    if (same) same.push(index);
    else indexes.set(key, [index]);
  });
  for (const part of text.split(QUOTE_START).slice(1)) {
    // The reason may hold `': ` too, so the last one that leaves one of our lines in front is the right one.
    for (
      let end = part.lastIndexOf("': ");
      end >= 0;
      end = end === 0 ? -1 : part.lastIndexOf("': ", end - 1)
    ) {
      const line = part.slice(0, end);
      const reason = part.slice(end + 3).replace(/\s*(?:dropped=\d+)?\s*$/, "");
      const same = indexes.get(line);
      for (const index of same ?? []) found.set(index, `${QUOTE_START}${line}': ${reason}`);
      if (same) break;
    }
  }
  return found;
}

/** InfluxDB Cloud Serverless and Dedicated: `error parsing line 3 (1-based): <reason>`, or a `line` beside the message. */
function numberedLines({ text, body, lines }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  // A line break inside a string makes it unclear how the server counts.
  if (lines.some((line) => line.includes("\n"))) return found;
  for (const match of text.matchAll(/error parsing line (\d+)[^\n]*/g))
    note(Number(match[1]), match[0].trim());
  const numbered = parseJson(body)?.["line"];
  if (found.size === 0 && typeof numbered === "number") note(numbered, text);
  return found;

  function note(number: number, reason: string) {
    if (number >= 1 && number <= lines.length) found.set(number - 1, reason);
  }
}

/** InfluxDB 2: `… violates a Retention Policy Lower Bound at <RFC 3339>`. */
function expiredLines({ text, lines, nsPerUnit }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  const bound = /Retention Policy Lower Bound at (\S+?)[,\s]/.exec(`${text} `)?.[1];
  const boundNs = bound === undefined ? undefined : nanoseconds(bound);
  if (boundNs === undefined) return found;
  lines.forEach((line, index) => {
    const time = / (-?\d+)\s*$/.exec(line)?.[1];
    if (time !== undefined && BigInt(time) * nsPerUnit < boundNs)
      found.set(index, `older than the bucket keeps: before ${bound}`);
  });
  return found;
}

/**
 * VictoriaMetrics from 1.105: `incorrect influx line "<the bad line and all that follow it>": <reason>`. Most of it, and
 * with it the reason, is cut off on the way; the line, sent alone, is answered with its own.
 */
function linesInFront({ text, lines }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  const quoted = /incorrect influx line "(.*)/s.exec(text)?.[1];
  if (quoted === undefined) return found;
  lines.forEach((line, index) => {
    const start = JSON.stringify(line).slice(1, -1);
    if (quoted.startsWith(`${start}\\n`) || quoted.startsWith(`${start}"`)) found.set(index, text);
  });
  return found;
}

const CONFLICT =
  /input field "(.*?)" on measurement "(.*?)" is type (integer|unsigned|float|string|boolean), already exists as type \w+/;

/** InfluxDB 1 and 2: the first type conflict of a shard. */
function conflictingLines({ text, lines }: HintSource): Map<number, string> {
  const found = new Map<number, string>();
  const [reason, field, measurement, type] = CONFLICT.exec(text) ?? [];
  if (reason === undefined || field === undefined || measurement === undefined || type === undefined)
    return found;
  const start = measurement.replace(/[, ]/g, "\\$&");
  const key = `${field.replace(/[,= ]/g, "\\$&")}=`;
  lines.forEach((line, index) => {
    if (!line.startsWith(start) || !/[, ]/.test(line.charAt(start.length))) return;
    for (let at = line.indexOf(key, start.length); at >= 0; at = line.indexOf(key, at + 1)) {
      if (/[, ]/.test(line.charAt(at - 1)) && typeAt(line, at + key.length) === type)
        return void found.set(index, `field type conflict: ${reason}`);
    }
  });
  return found;
}

function typeAt(line: string, at: number): string {
  if (line.charAt(at) === '"') return "string";
  const value = /[^, ]*/.exec(line.slice(at, at + 32))?.[0] ?? "";
  if (value.endsWith("i")) return "integer";
  if (value.endsWith("u")) return "unsigned";
  return /^[tTfF]/.test(value) ? "boolean" : "float";
}

/** RFC 3339 to nanoseconds since the epoch; `Date` alone stops at milliseconds. */
function nanoseconds(time: string): bigint | undefined {
  const seconds = Date.parse(time.replace(/\.\d+/, ""));
  if (Number.isNaN(seconds)) return undefined;
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
}
