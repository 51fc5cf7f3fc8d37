/**
 * Matches what no escape can carry: a line break ends the line, InfluxDB 3 refuses other control characters, half a
 * surrogate pair has no UTF-8 form. A tab is fine everywhere.
 */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const UNWRITABLE = /[\u0000-\u0008\u000a-\u001f]|\p{Surrogate}/u;
const LINE_BREAKS = /[\r\n]+/g;
// eslint-disable-next-line no-control-regex -- as above
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Turns line breaks into a space and half surrogate pairs into U+FFFD; removes other control characters. */
export function cleanText(text: string): string {
  if (!UNWRITABLE.test(text)) return text;
  return text.replace(LINE_BREAKS, " ").replace(CONTROLS, "").replace(LONE_SURROGATES, "\ufffd");
}

// One test for escaping and cleaning: most names and ids need neither.
// eslint-disable-next-line no-control-regex -- as above
const NAME_NEEDS_WORK = /[\u0000-\u0020,=\\]|[\ud800-\udfff]/;

/** 1 for the character codes below 127 that stand in a tag as they are. */
export const PLAIN_IN_TAGS = Uint8Array.from({ length: 0x7f }, (_, code) =>
  code > 0x20 && !NAME_NEEDS_WORK.test(String.fromCharCode(code)) ? 1 : 0,
);
const TRAILING_BACKSLASHES = /\\+$/;

/**
 * Escapes a tag key, tag value or field key. Drops a backslash at the end, which would escape the separator behind it;
 * others stay.
 */
export function escapeKey(text: string): string {
  if (!NAME_NEEDS_WORK.test(text)) return text;
  return cleanText(text).replace(TRAILING_BACKSLASHES, "").replace(/[,= ]/g, "\\$&");
}

const HIDDEN_IN_FIELDS = /^\t+|\\+(?=[,= ])/g;

/**
 * Escapes a field's name as {@link escapeKey}, without tabs in front, which the server skips, and without a backslash
 * before a separator, behind which the server finds no end of the name.
 */
export function escapeFieldName(text: string): string {
  if (!NAME_NEEDS_WORK.test(text)) return text;
  return escapeKey(cleanText(text).replace(HIDDEN_IN_FIELDS, ""));
}

/**
 * Escapes a measurement as {@link escapeKey}, but `=` only behind a backslash, which would escape it. Drops tabs in
 * front, which the server skips.
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

/** Writes a string field with its quotes. */
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

/** Whether an escaped name hides the end of the line from the server, which reads `\\\\` as one escape there. */
export function isHazardous(escaped: string): boolean {
  return escaped.includes("\\\\");
}

const ENCODER = new TextEncoder();

/** Encodes a text in UTF-8, without Buffer, as the dialog's sample line is made in a browser. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}
