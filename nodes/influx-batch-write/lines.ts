import type { Rejection } from "../../lib/influx/bucket-memory";
import { lineProblem, splitLines } from "../../lib/lines/split";

/** The lines of one message. */
export interface MessageLines {
  /** Lines to send; comments and blank lines are left out. */
  readonly lines: string[];
  /** Lines that must not go out, because they would damage the lines next to them. */
  readonly unsent: Rejection[];
}

/**
 * Reads a payload: a line, an array of lines, or text with several lines.
 *
 * @returns `undefined` when it is nothing of the kind
 */
export function readLines(payload: unknown): MessageLines | undefined {
  const lines: string[] = [];
  const unsent: Rejection[] = [];
  const take = (line: string) => {
    const problem = lineProblem(line);
    if (problem === undefined) lines.push(line);
    else unsent.push({ line, message: `not sent: ${problem}`, code: "invalid-line" });
  };
  if (typeof payload === "string") splitLines(payload).forEach(take);
  else if (Array.isArray(payload)) {
    for (const entry of payload as unknown[]) {
      if (typeof entry !== "string") return undefined;
      if (isPlainLine(entry)) lines.push(entry);
      else splitLines(entry).forEach(take);
    }
  } else return undefined;
  return { lines, unsent };
}

/** What a payload is, for an error message. */
export function describePayload(payload: unknown): string {
  if (Array.isArray(payload)) {
    const odd = payload.findIndex((entry) => typeof entry !== "string");
    return `an array whose entry ${odd} is ${describePayload((payload as unknown[])[odd])}`;
  }
  if (payload === null || payload === undefined) return String(payload);
  return Buffer.isBuffer(payload) ? "a buffer" : `of type ${typeof payload}`;
}

/** Most lines are one line without anything that needs a second look; this says so in one pass. */
function isPlainLine(line: string): boolean {
  return /^[^\s#"\\][^\n\r"\\]*$/.test(line);
}
