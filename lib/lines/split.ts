import { QuoteScan } from "./scan";

/** After so many unclosed strings in one text, every line break ends a line: each one costs a scan to the end. */
const MAX_UNCLOSED = 100;

/**
 * Splits text into lines of line protocol at every line feed outside a string; blank lines and comments are kept, and
 * nothing is trimmed. A string that never closes spoils its own line only.
 */
export function cutLines(text: string): string[] {
  const pieces = text.split("\n");
  if (pieces.at(-1) === "") pieces.pop();
  if (!text.includes('"')) return pieces;
  const lines: string[] = [];
  let unclosed = 0;
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at]!;
    const end = piece.includes('"') && unclosed < MAX_UNCLOSED ? endOfLine(pieces, at) : at;
    if (end === undefined) unclosed++;
    lines.push(end === undefined || end === at ? piece : pieces.slice(at, end + 1).join("\n"));
    at = end ?? at;
  }
  return lines;
}

/** Index of the last piece of the line that begins with piece `from`; `undefined` when its string never closes. */
function endOfLine(pieces: readonly string[], from: number): number | undefined {
  const scan = new QuoteScan();
  for (let at = from; at < pieces.length; at++) {
    const piece = pieces[at]!;
    // Inside a string only a quote matters.
    if (at === from || piece.includes('"')) scan.take(piece);
    if (!scan.quoted) return at;
  }
  return undefined;
}

/**
 * Splits text into the lines that a server would read: without blank lines, comments (`#`), and white space around a
 * line, including a carriage return.
 */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  const clean = text.startsWith("\ufeff") ? text.slice(1) : text;
  for (const line of clean.includes("\n") ? cutLines(clean) : [clean]) {
    const trimmed = trim(line);
    if (trimmed !== "" && !trimmed.startsWith("#")) lines.push(trimmed);
  }
  return lines;
}

/** Removes blanks, tabs and carriage returns around a line; any other white space may belong to a name. */
function trim(line: string): string {
  let [start, end] = [0, line.length];
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return start === 0 && end === line.length ? line : line.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}
