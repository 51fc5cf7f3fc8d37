import { crc32 } from "./crc32";

/**
 * The `wal1` format. A segment is valid line protocol: all that is not payload stands in `#` lines, which InfluxDB
 * skips, and holds nothing but `[A-Za-z0-9 =._:-]`, because InfluxDB splits lines before it looks for comments, and a
 * quote or backslash in one would swallow the points after it.
 *
 * ```
 * # wal1 segment first=17 created=1732265582123 precision=ns node=ab12cd34 writer=1.0.0
 * # wal1 seq=17 t=1732265582123 lines=500 bytes=48211 crc32=9a0b1c2d
 * <48211 bytes of line protocol, the last one a line feed>
 * ```
 * The checksum covers the record's header up to ` crc32=` and the payload.
 */
export interface RecordHeader {
  readonly seq: number;
  /** When it was appended, milliseconds since the epoch. */
  readonly t: number;
  readonly lines: number;
  readonly bytes: number;
  /** Dead letters only: why the server refused these lines. */
  readonly reason?: string;
}

/** A record header as read. */
export interface ParsedHeader extends RecordHeader {
  readonly crc32: number;
  /** The part of the header that the checksum covers. */
  readonly covered: Buffer;
  /** Length of the header line, line feed included. */
  readonly length: number;
}

/** The beginning of every record header. */
export const RECORD_MARK = Buffer.from("# wal1 seq=", "latin1");
/** Longest header line. */
export const MAX_HEADER_BYTES = 512;
/** Longest payload of a record. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

const RECORD =
  /^(# wal1 seq=(\d{1,15}) t=(\d{1,15}) lines=(\d{1,7}) bytes=(\d{1,7})(?: reason=([A-Za-z0-9 ._:-]{0,200}))?) crc32=([0-9a-f]{8})$/;
const SEGMENT = /^# wal(\d+) segment (?:.* after=(\d{1,15})$)?/;
const SEGMENT_NAME = /^wal-(\d{20})\.lp$/;

/**
 * The first line of a segment.
 *
 * @param after the last record before it, where numbers were skipped on purpose; any other gap is a lost record
 */
export function segmentHeader(
  first: number,
  createdMs: number,
  node: string,
  writer: string,
  after?: number,
): Buffer {
  const created = Math.max(0, Math.floor(createdMs));
  const skipped = after === undefined ? "" : ` after=${after}`;
  return Buffer.from(
    `# wal1 segment first=${first} created=${created} precision=ns node=${plain(node)} writer=${plain(writer)}${skipped}\n`,
    "latin1",
  );
}

/** The header line of a record, checksum included. */
export function recordHeader(header: RecordHeader, payload: Uint8Array): Buffer {
  return withChecksum(coveredHeader(header), payload);
}

/** The part of a header line that the checksum covers. */
export function coveredHeader({ seq, t, lines, bytes, reason }: RecordHeader): Buffer {
  const why = reason === undefined ? "" : ` reason=${reason}`;
  return Buffer.from(
    `# wal1 seq=${seq} t=${Math.max(0, Math.floor(t))} lines=${lines} bytes=${bytes}${why}`,
    "latin1",
  );
}

/** Length of the checksum in a header, line feed included. */
export const CHECKSUM_BYTES = " crc32=00000000\n".length;

/** Adds the checksum to a header. */
export function withChecksum(covered: Buffer, payload: Uint8Array): Buffer {
  const sum = crc32(payload, crc32(covered)).toString(16).padStart(8, "0");
  return Buffer.concat([covered, Buffer.from(` crc32=${sum}\n`, "latin1")]);
}

/** Reads the record header at `offset`; `undefined` when there is no whole one. */
export function parseRecordHeader(data: Buffer, offset = 0): ParsedHeader | undefined {
  const line = firstLine(data, offset);
  const match = line === undefined ? null : RECORD.exec(line);
  if (!match) return undefined;
  const [, covered, seq, t, lines, bytes, reason, sum] = match;
  const header = { seq: Number(seq), t: Number(t), lines: Number(lines), bytes: Number(bytes) };
  if (header.bytes < 1 || header.bytes > MAX_RECORD_BYTES || header.lines < 1) return undefined;
  return {
    ...header,
    ...(reason !== undefined && { reason }),
    crc32: parseInt(sum!, 16),
    covered: Buffer.from(covered!, "latin1"),
    length: line!.length + 1,
  };
}

/** Whether the header's checksum matches `payload`. */
export function isIntact(header: ParsedHeader, payload: Buffer): boolean {
  return (
    payload.length === header.bytes &&
    payload[payload.length - 1] === LINE_FEED &&
    crc32(payload, crc32(header.covered)) === header.crc32
  );
}

/** The content of a segment's first line. */
export interface SegmentHeader {
  readonly version: number;
  readonly length: number;
  readonly after?: number;
}

/** Reads the first line of a segment; `undefined` when it is none. */
export function parseSegmentHeader(data: Buffer): SegmentHeader | undefined {
  const line = firstLine(data, 0);
  const match = line === undefined ? null : SEGMENT.exec(line);
  if (!match) return undefined;
  const after = match[2] === undefined ? {} : { after: Number(match[2]) };
  return { version: Number(match[1]), length: line!.length + 1, ...after };
}

/** `wal-00000000000000000017.lp`: named after its first record. */
export function segmentName(first: number): string {
  return `wal-${String(first).padStart(20, "0")}.lp`;
}

/** The number of the first record by the segment's name; `undefined` for any other file. */
export function segmentFirst(name: string): number | undefined {
  const match = SEGMENT_NAME.exec(name);
  const first = match ? Number(match[1]) : NaN;
  return Number.isSafeInteger(first) ? first : undefined;
}

/** Makes any text a word that fits into a `#` line. */
function plain(text: string, maxLength = 64): string {
  return text.replace(/[^A-Za-z0-9._:-]/g, "_").slice(0, maxLength) || "_";
}

/** Makes a reason fit into a `#` line; spaces stay. */
export function plainReason(text: string): string {
  return text
    .replace(/[^A-Za-z0-9 ._:-]+/g, "_")
    .slice(0, 200)
    .trim();
}

function firstLine(data: Buffer, offset: number): string | undefined {
  const end = data.subarray(offset, offset + MAX_HEADER_BYTES).indexOf(LINE_FEED);
  return end < 0 ? undefined : data.toString("latin1", offset, offset + end);
}
