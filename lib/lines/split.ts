/**
 * Splits text into lines of line protocol. A line break inside a quoted string field belongs to the string. Blank lines
 * and comments (`#`) are left out, as the server ignores them; a carriage return before a line break is dropped, because
 * the server would read it as part of the timestamp.
 */
export function splitLines(text: string): string[] {
  if (!text.includes("\n")) return isIgnored(text) ? [] : [trimEnd(text)];
  const pieces = text.includes('"') ? splitOutsideQuotes(text) : text.split("\n");
  return pieces.filter((line) => !isIgnored(line)).map(trimEnd);
}

/**
 * Why a line must not share a request with others, although the server might accept it: it would swallow the line after
 * it, and two such lines can merge into one valid but wrong point.
 *
 * @returns the reason, or `undefined` when the line is closed in itself (which does not mean that it is valid)
 */
export function lineProblem(line: string): string | undefined {
  if (line.endsWith("\\")) return "the line ends in a backslash, which would join it to the next line";
  if (!line.includes('"') && !line.includes("\n")) return undefined;
  const scan = new QuoteScan();
  for (let i = 0; i < line.length; i++) {
    i += scan.step(line.charCodeAt(i));
    if (line.charCodeAt(i) === NEWLINE && !scan.quoted) return "the line has a line break outside a string";
  }
  return scan.quoted ? 'a string field has no closing quote (")' : undefined;
}

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const SPACE = 0x20;
const EQUALS = 0x3d;
const COMMA = 0x2c;

/**
 * Follows a line as the server does to find its end: a quote opens a string only after the first unescaped space (where
 * the fields begin) and only as the start of a value; in tags and names it is an ordinary character.
 */
class QuoteScan {
  quoted = false;
  #inFields = false;
  /** Unescaped equals signs less commas, since the fields began: above zero, a quote opens a string. */
  #open = 0;

  /** Takes the next character; returns how many of those that follow it are to be skipped. */
  step(code: number): 0 | 1 {
    if (code === BACKSLASH) return 1;
    if (!this.#inFields) this.#inFields = code === SPACE;
    else if (code === QUOTE && (this.quoted || this.#open > 0)) this.quoted = !this.quoted;
    else if (!this.quoted && code === EQUALS) this.#open++;
    else if (!this.quoted && code === COMMA) this.#open--;
    return 0;
  }
}

function splitOutsideQuotes(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  let scan = new QuoteScan();
  for (let i = 0; i < text.length; i++) {
    const skip = scan.step(text.charCodeAt(i));
    // A backslash before a line break outside a string is a fault of its own line; it does not take the next one along.
    if (skip === 1 && (scan.quoted || text.charCodeAt(i + 1) !== NEWLINE)) i++;
    else if (text.charCodeAt(i) === NEWLINE && !scan.quoted) {
      lines.push(text.slice(start, i));
      start = i + 1;
      scan = new QuoteScan();
    }
  }
  lines.push(text.slice(start));
  return lines;
}

function isIgnored(line: string): boolean {
  return /^[ \t]*(?:#|\r?$)/.test(line);
}

function trimEnd(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
