import { readFully, type WalFile } from "./file-system";
import { MAX_HEADER_BYTES, parseSegmentHeader, RECORD_MARK } from "./format";

/** A segment's content by its headers alone, when they follow each other without a gap to the end of the file. */
export interface Measured {
  readonly last: number;
  readonly records: number;
  readonly lines: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly after?: number;
}

/** Bytes per read where records are small: a call for each of a million would take minutes. */
const WINDOW_BYTES = 256 * 1024;
/** After a larger record only the next header is read. */
const LARGE_BYTES = 16 * 1024;
const ZERO = 0x30;
const LINE_FEED = 0x0a;

/**
 * Counts a segment's records by their headers, so that a large backlog opens fast; checksums are checked when the
 * records are read to be sent. `undefined` when anything looks odd and a scan is needed.
 */
export async function measure(file: WalFile, first: number, size: number): Promise<Measured | undefined> {
  const buffer = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, Math.max(size, MAX_HEADER_BYTES)));
  let [start, end, window] = [0, 0, WINDOW_BYTES];
  /** Reads bytes from `offset`, at least a whole header where there is one. */
  const at = async (offset: number): Promise<Buffer> => {
    if (offset < start || offset + MAX_HEADER_BYTES > end) {
      start = offset;
      end = offset + (await readFully(file, buffer.subarray(0, window), offset));
    }
    return buffer.subarray(offset - start, end - start);
  };
  const head = parseSegmentHeader(await at(0));
  if (!head) return undefined;
  let offset = head.length;
  let [records, lines, firstAt, lastAt] = [0, 0, 0, 0];
  while (offset < size) {
    const header = quickHeader(await at(offset));
    if (!header || header.seq !== first + records) return undefined;
    if (records === 0) firstAt = header.t;
    lastAt = header.t;
    records++;
    lines += header.lines;
    offset += header.length + header.bytes;
    window = header.bytes > LARGE_BYTES ? MAX_HEADER_BYTES : WINDOW_BYTES;
  }
  if (offset !== size || records === 0) return undefined;
  const after = head.after === undefined ? {} : { after: head.after };
  return { last: first + records - 1, records, lines, firstAt, lastAt, ...after };
}

interface QuickHeader {
  seq: number;
  t: number;
  lines: number;
  bytes: number;
  length: number;
}

const quick: QuickHeader = { seq: 0, t: 0, lines: 0, bytes: 0, length: 0 };
const [T, LINES, BYTES, CRC] = [" t=", " lines=", " bytes=", " crc32="].map((key) =>
  Buffer.from(key, "latin1"),
);

/** Reads the numbers of a record header, not the checksum; always the same object. */
function quickHeader(data: Buffer): QuickHeader | undefined {
  let at = 0;
  const number = (key: Buffer): number => {
    for (let i = 0; i < key.length; i++) if (data[at + i] !== key[i]) return -1;
    at += key.length;
    let value = 0;
    for (let digit = data[at]! - ZERO; digit >= 0 && digit <= 9; digit = data[++at]! - ZERO)
      value = value * 10 + digit;
    return value;
  };
  quick.seq = number(RECORD_MARK);
  if (quick.seq < 0) return undefined;
  quick.t = number(T!);
  quick.lines = number(LINES!);
  quick.bytes = number(BYTES!);
  if (quick.t < 0 || quick.lines < 1 || quick.bytes < 1) return undefined;
  for (let i = 0; i < CRC!.length; i++) if (data[at + i] !== CRC![i]) return undefined;
  quick.length = at + CRC!.length + 9;
  return data[quick.length - 1] === LINE_FEED ? quick : undefined;
}
