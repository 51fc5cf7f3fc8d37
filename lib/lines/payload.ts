import { lineProblem } from "./check";
import { checkedLines, markChecked } from "./checked";
import { splitLines } from "./split";

/** A line that is neither sent nor kept, with the reason. */
export interface RefusedLine {
  /** Which line of the payload, counted from 0; blank lines and comments do not count. */
  readonly at: number;
  readonly line: string;
  readonly reason: string;
}

/** The lines of one message. */
export interface PayloadLines {
  readonly lines: readonly string[];
  readonly refused: readonly RefusedLine[];
}

/**
 * Reads `msg.payload`: a line, text of several lines, a buffer of text in UTF-8, or a list of any of these. Blank lines
 * and comments are left out.
 *
 * @throws Error that says what was found instead
 */
export function readPayload(payload: unknown): PayloadLines {
  // Most payloads are lists of sound lines, which are not checked again further down the flow.
  if (Array.isArray(payload)) {
    if (!checkedLines(payload) && payload.every(isSoundLine)) markChecked(payload);
    const known = checkedLines(payload);
    if (known) return { lines: known, refused: [] };
  }
  const lines: string[] = [];
  const refused: RefusedLine[] = [];
  for (const text of texts(payload)) {
    for (const line of splitLines(text)) {
      const reason = lineProblem(line);
      if (reason === undefined) lines.push(line);
      else refused.push({ at: lines.length + refused.length, line, reason });
    }
  }
  return { lines, refused };
}

function isSoundLine(entry: unknown): entry is string {
  if (typeof entry !== "string" || lineProblem(entry) !== undefined) return false;
  const last = entry.charCodeAt(entry.length - 1);
  // Lines that end in white space need trimming.
  return last !== 0x20 && last !== 0x09;
}

function texts(payload: unknown): string[] {
  if (Array.isArray(payload)) return payload.map((entry, at) => text(entry, `msg.payload[${at}]`));
  return [text(payload, "msg.payload")];
}

function text(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return utf8(value, name);
  const found = value === null ? "null" : value === undefined ? "missing" : `of type ${typeof value}`;
  throw new Error(`${name} is ${found}: give line protocol, as text or as a list of lines`);
}

function utf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${name} is a buffer that is not text in UTF-8`);
  }
}
