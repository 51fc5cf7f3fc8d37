/**
 * What no escape can carry: a line break ends the line, other control characters are refused by InfluxDB 3, and half a
 * surrogate pair has no UTF-8 form. A tab is fine everywhere.
 */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const UNWRITABLE = /[\u0000-\u0008\u000a-\u001f]|\p{Surrogate}/u;
const LINE_BREAKS = /[\r\n]+/g;
// eslint-disable-next-line no-control-regex -- as above
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Line breaks become a space, other control characters go, half surrogate pairs become U+FFFD. */
export function cleanText(text: string): string {
  if (!UNWRITABLE.test(text)) return text;
  return text.replace(LINE_BREAKS, " ").replace(CONTROLS, "").replace(LONE_SURROGATES, "\ufffd");
}

// One test finds both what must be escaped and what must be cleaned; most names and ids need neither.
// eslint-disable-next-line no-control-regex -- as above
const NAME_NEEDS_WORK = /[\u0000-\u0020,=\\]|[\ud800-\udfff]/;
const TRAILING_BACKSLASHES = /\\+$/;

/**
 * Escapes a tag key, tag value or field key. A backslash stays as it is, except at the end, where it would escape the
 * separator that follows: there it is dropped.
 */
export function escapeKey(text: string): string {
  if (!NAME_NEEDS_WORK.test(text)) return text;
  return cleanText(text).replace(TRAILING_BACKSLASHES, "").replace(/[,= ]/g, "\\$&");
}

const HIDDEN_IN_FIELDS = /^\t+|\\+(?=[,= ])/g;

/**
 * Escapes a field's name: as a tag's, but the server skips tabs in front of it, and finds no end of a name in which a
 * backslash stands before a separator. Both go.
 */
export function escapeFieldName(text: string): string {
  if (!NAME_NEEDS_WORK.test(text)) return text;
  return escapeKey(cleanText(text).replace(HIDDEN_IN_FIELDS, ""));
}

/**
 * Escapes a measurement: as a key, but `=` needs an escape only behind a backslash, which it would turn into one. Tabs in
 * front go, as the server skips them.
 */
export function escapeMeasurement(text: string): string {
  if (!NAME_NEEDS_WORK.test(text)) return text;
  return cleanText(text)
    .replace(/^\t+/, "")
    .replace(TRAILING_BACKSLASHES, "")
    .replace(/[, ]|(?<=\\)=/g, "\\$&");
}

// eslint-disable-next-line no-control-regex -- as above
const STRING_NEEDS_WORK = /[\u0000-\u001f"\\]|[\ud800-\udfff]/;

/** A string field with its quotes. */
export function quoteString(text: string): string {
  if (!STRING_NEEDS_WORK.test(text)) return `"${text}"`;
  return `"${cleanText(text).replace(/["\\]/g, "\\$&")}"`;
}

/**
 * Orders by UTF-8 bytes, as InfluxDB sorts tags. That is the order of UTF-16 units except where a surrogate meets a
 * unit above it (U+E000 to U+FFFF), so surrogates are lifted above all other units.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return lift(x) - lift(y);
  }
  return a.length - b.length;
}

function lift(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Whether a name, once escaped, could hide the end of the line from the server: it takes `\\\\` for one escape there. */
export function isHazardous(escaped: string): boolean {
  return escaped.includes("\\\\");
}

const ENCODER = new TextEncoder();

/** The bytes of a text; without Buffer, so that the dialog's sample line can be made in a browser. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}
