import { escapeKey, isHazardous, utf8 } from "./escape";

/** A part of a head in bytes: a measurement, or tags. */
export interface HeadPart {
  readonly bytes: Uint8Array;
  readonly ascii: boolean;
  readonly hazardous: boolean;
}

/** A time at the end of a line. @param nanoseconds since the Unix epoch, as digits */
export function timeBytes(nanoseconds: string): Uint8Array {
  return utf8(` ${nanoseconds}`);
}

/** `,key=` for {@link Encoder.tag}. */
export function tagKey(key: string): HeadPart {
  const text = `,${escapeKey(key)}=`;
  const bytes = utf8(text);
  return { bytes, ascii: bytes.length === text.length, hazardous: isHazardous(text) };
}
