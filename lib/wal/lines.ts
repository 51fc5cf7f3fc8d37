/** Lines ready to be appended: line protocol in UTF-8, each line ended by a line feed. */
export interface PreparedLines {
  readonly payload: Buffer;
  readonly lines: number;
}

/** A line that the log does not take, and why. */
export interface RefusedLine {
  /** Counted from 1 over everything given. */
  readonly number: number;
  readonly reason: string;
  readonly line: string;
}

export interface CheckedLines {
  readonly accepted: string[];
  readonly refused: RefusedLine[];
  /** How many accepted lines had no timestamp and got the given one. */
  readonly stamped: number;
}

/** Longer lines are refused: no record could hold them together with others. */
export const MAX_LINE_BYTES = 1024 * 1024;

const TIMESTAMP = / -?\d{1,19}$/;

/**
 * Looks at lines before they are kept for good: what would spoil a segment that is loaded by hand is refused, and a line
 * without a timestamp gets one, as a line that InfluxDB stamps on arrival would become another point with every retry.
 *
 * @param given lines, or texts of several lines; blank lines are left out, CRLF line ends become LF
 * @param nowMs the timestamp for lines without one; they get one nanosecond more each, so that none overwrites another
 */
export function checkLines(given: readonly string[], nowMs: number): CheckedLines {
  const accepted: string[] = [];
  const refused: RefusedLine[] = [];
  let [number, stamped] = [0, 0];
  for (const text of given) {
    for (const raw of text.includes("\n") ? splitLines(text) : [text]) {
      const line = raw.trim();
      if (line === "") continue;
      number++;
      const reason = refusal(line);
      if (reason !== undefined) refused.push({ number, reason, line });
      else if (TIMESTAMP.test(line)) accepted.push(line);
      else accepted.push(`${line} ${BigInt(Math.floor(nowMs)) * 1_000_000n + BigInt(stamped++)}`);
    }
  }
  return { accepted, refused, stamped };
}

function refusal(line: string): string | undefined {
  if (line.startsWith("#")) return "it starts with #, a comment";
  if (line.includes("\0")) return "it holds a NUL character";
  if (line.includes("\r")) return "it holds a carriage return";
  if (line.includes('"') && endsInsideString(line)) return "a quoted string in it is not closed";
  const fields = line.indexOf(" ");
  if (fields <= 0 || line.indexOf("=", fields) < 0) return "it is not line protocol: no field";
  if (line.length * 3 > MAX_LINE_BYTES && Buffer.byteLength(line) >= MAX_LINE_BYTES) {
    return `it is longer than ${MAX_LINE_BYTES} bytes`;
  }
  if (/[\ud800-\udfff]/u.test(line))
    return "it holds half a character (a lone surrogate), which UTF-8 cannot carry";
  return undefined;
}

/** Splits text at line feeds, but not at those inside quoted strings. The last line may lack its line feed. */
export function splitLines(text: string): string[] {
  const pieces = text.split("\n");
  if (pieces.at(-1) === "") pieces.pop();
  if (!text.includes('"')) return pieces;
  const lines: string[] = [];
  for (let at = 0; at < pieces.length; at++) {
    let line = pieces[at]!;
    const piece = at;
    while (line.includes('"') && endsInsideString(line) && at + 1 < pieces.length)
      line += `\n${pieces[++at]!}`;
    if (at > piece && endsInsideString(line)) {
      // Never closed: it is this one line that is broken, not all that follows.
      at = piece;
      line = pieces[at]!;
    }
    lines.push(line);
  }
  return lines;
}

/**
 * Whether a line of line protocol breaks off inside a string value. Quotes are ordinary characters in measurement, tags
 * and names; a string begins with a quote right after the `=` of a field.
 */
function endsInsideString(line: string): boolean {
  let at = 0;
  for (; at < line.length && line[at] !== " "; at++) if (line[at] === "\\") at++;
  for (let inside = false; ; inside = !inside) {
    // Between strings: the next `="`. Inside one: the next quote that no backslash escapes.
    if (!inside) {
      at = line.indexOf('="', at);
      if (at < 0) return false;
      at += 2;
    } else {
      for (; at < line.length && line[at] !== '"'; at++) if (line[at] === "\\") at++;
      if (at >= line.length) return true;
      at++;
    }
  }
}

/** Joins lines into payloads of at most so many lines and about so many bytes, in order. */
export function packLines(lines: readonly string[], maxLines: number, maxBytes: number): PreparedLines[] {
  const whole = pack(lines);
  if (lines.length <= maxLines && whole.payload.length <= maxBytes) return lines.length > 0 ? [whole] : [];
  const packed: PreparedLines[] = [];
  for (let from = 0; from < lines.length;) {
    let [to, bytes] = [from, 0];
    do bytes += Buffer.byteLength(lines[to++]!) + 1;
    while (to < lines.length && to - from < maxLines && bytes + Buffer.byteLength(lines[to]!) < maxBytes);
    packed.push(pack(lines.slice(from, to)));
    from = to;
  }
  return packed;
}

function pack(lines: readonly string[]): PreparedLines {
  return { payload: Buffer.from(`${lines.join("\n")}\n`), lines: lines.length };
}

/** Joins neighbours that are small, in order; each then is at most so long, unless it was longer before. */
export function joinSmall(
  records: readonly PreparedLines[],
  maxLines: number,
  maxBytes: number,
): PreparedLines[] {
  const joined: PreparedLines[] = [];
  for (let from = 0; from < records.length;) {
    let { lines, payload } = records[from]!;
    let bytes = payload.length;
    let to = from + 1;
    for (; to < records.length; to++) {
      const next = records[to]!;
      if (lines + next.lines > maxLines || bytes + next.payload.length > maxBytes) break;
      lines += next.lines;
      bytes += next.payload.length;
    }
    if (to > from + 1) payload = Buffer.concat(records.slice(from, to).map((record) => record.payload));
    joined.push({ lines, payload });
    from = to;
  }
  return joined;
}
