import { QuoteScan } from "./scan";

/** Longer lines are refused: no record of a log could hold them together with others. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** One pass over what most lines are: one line, no quote, no escape, nothing that needs a second look. */
const PLAIN = /^[^ \t\n\r#"\\\0\ud800-\udfff][^\n\r"\\\0\ud800-\udfff]*$/;
/** Half of a character that takes two: UTF-8 cannot carry it. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Why a line must neither be sent nor kept: it would damage the lines next to it, or a reader of what is kept, or it
 * cannot be line protocol at all. Such a line can swallow the one after it, and two of them can merge into one valid but
 * wrong point.
 *
 * @returns the reason, or `undefined` when the line is closed in itself (which does not mean that a server takes it)
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
