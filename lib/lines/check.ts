import { QuoteScan } from "./scan";

/** The longest line, so that a record of the log has room for it. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Matches most lines in one pass: no quote, no escape, no line break. */
const PLAIN = /^[^ \t\n\r#"\\\0\ud800-\udfff][^\n\r"\\\0\ud800-\udfff]*$/;
/** Half of a surrogate pair, which UTF-8 cannot carry. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Says why a line must neither be sent nor kept: it cannot be line protocol, or it would damage its neighbours. An open
 * quote swallows the next line, and two such lines can merge into one valid but wrong point.
 *
 * @returns the reason; `undefined` when the line harms no other, although a server may still refuse it
 */
export function lineProblem(line: string): string | undefined {
  if (line.length * 3 > MAX_LINE_BYTES && Buffer.byteLength(line) >= MAX_LINE_BYTES)
    return `it is longer than ${MAX_LINE_BYTES} bytes`;
  if (!PLAIN.test(line)) return oddLineProblem(line);
  const fields = line.indexOf(" ");
  return fields > 0 && line.indexOf("=", fields) > 0 ? undefined : NO_FIELD;
}

const NO_FIELD = "it is not line protocol: it has no field";

function oddLineProblem(line: string): string | undefined {
  if (line === "") return "it is empty";
  if (/^[ \t]/.test(line)) return "it begins with a blank";
  if (line.startsWith("#")) return "it starts with #, a comment";
  if (line.includes("\0")) return "it holds a NUL character";
  if (LONE_SURROGATE.test(line))
    return "it holds half a character (a lone surrogate), which UTF-8 cannot carry";
  const scan = new QuoteScan();
  for (let at = 0; at < line.length; at++) {
    at += scan.step(line.charCodeAt(at));
    if (scan.quoted) continue;
    const code = line.charCodeAt(at);
    if (code === LINE_FEED) return "it has a line break outside a string";
    if (code === CARRIAGE_RETURN) return "it has a carriage return outside a string";
  }
  if (scan.quoted) return 'a string in it has no closing quote (")';
  if (line.endsWith("\\")) return "it ends in a backslash, which would join it to the next line";
  return scan.hasField ? undefined : NO_FIELD;
}
