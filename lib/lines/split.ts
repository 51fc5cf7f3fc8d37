import { QuoteScan } from "./scan";

/** A text may hold so many lines with a string that never closes before line breaks in strings are given up. */
const MAX_UNCLOSED = 100;

/**
 * Splits text into lines of line protocol, as they stand: at every line feed but those inside a string. Blank lines and
 * comments are lines as well; the end of the text needs no line feed. A string that never closes spoils its own line
 * only, not all that follows.
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

/** The piece that ends the line which begins with piece `from`; `undefined` when a string in it never closes. */
function endOfLine(pieces: readonly string[], from: number): number | undefined {
  const scan = new QuoteScan();
  for (let at = from; at < pieces.length; at++) {
    const piece = pieces[at]!;
    // Inside a string, only a quote can change anything.
    if (at === from || piece.includes('"')) scan.take(piece);
    if (!scan.quoted) return at;
  }
  return undefined;
}

/**
 * Splits text into the lines that the server would read: blank lines and comments (`#`) are left out, and so is white
 * space around a line, a carriage return before the line break included.
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

/** Removes blanks, tabs and carriage returns around a line; no other character, as any may belong to a name. */
function trim(line: string): string {
  let [start, end] = [0, line.length];
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return start === 0 && end === line.length ? line : line.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}
