import { readFully, type WalFile } from "./file-system";
import {
  isIntact,
  MAX_HEADER_BYTES,
  parseRecordHeader,
  parseSegmentHeader,
  RECORD_MARK,
  type RecordHeader,
} from "./format";

/** A record with a right checksum. `payload` is valid until the next call of the scanner. */
export interface FoundRecord {
  readonly kind: "record";
  readonly header: RecordHeader;
  readonly payload: Buffer;
  /** Where its header starts and where its payload ends. */
  readonly from: number;
  readonly to: number;
}

/** Bytes that are no record. */
export interface FoundDamage {
  readonly kind: "damage";
  readonly from: number;
  readonly to: number;
  /** Nothing valid follows: a torn write, or an end that never reached the disk. */
  readonly tail: boolean;
}

/** A record or damage. */
export type Found = FoundRecord | FoundDamage;

const WINDOW_BYTES = 1024 * 1024;
const BLANK_BYTES = 4 * 1024;
const LINE_FEED = 0x0a;

/**
 * Reads a segment record by record, in constant memory. After damage it goes on at the next header whose checksum is
 * right and whose number is higher than the last.
 */
export class Scanner {
  readonly #file: WalFile;
  #offset: number;
  #last: number;
  #buffer: Buffer = Buffer.alloc(0);
  #window: Buffer = this.#buffer;
  #windowAt = 0;
  #held: FoundRecord | undefined;
  #after: number | undefined;

  /** @param last records up to this number are not accepted */
  constructor(file: WalFile, offset = 0, last = -1) {
    this.#file = file;
    this.#offset = offset;
    this.#last = last;
  }

  /** Where the next call starts to look. */
  get offset(): number {
    return this.#held?.from ?? this.#offset;
  }

  /** `after` of the segment's first line; known after the first call of `next`. */
  get after(): number | undefined {
    return this.#after;
  }

  /** Reads the next record or damage. @param end bound of the file. @returns `undefined` at the end */
  async next(end: number): Promise<Found | undefined> {
    if (this.#held) return this.#accept(this.#held);
    if (this.#offset === 0) this.#offset = await this.#skipSegmentHeader(end);
    this.#offset = await this.#skipBlank(this.#offset, end);
    const from = this.#offset;
    for (
      let at: number | undefined = from;
      at !== undefined && at < end;
      at = await this.#mark(at + 1, end)
    ) {
      const found = await this.#recordAt(at, end);
      if (!found) continue;
      if (at === from) return this.#accept(found);
      this.#held = found;
      return { kind: "damage", from, to: at, tail: false };
    }
    // Preallocated room is no damage.
    const to = from < end ? await this.#lastNotBlank(from, end) : from;
    this.#offset = Math.max(end, from);
    return from < to ? { kind: "damage", from, to, tail: true } : undefined;
  }

  /** Skips line feeds between records, which are preallocated room. */
  async #skipBlank(from: number, end: number): Promise<number> {
    for (let at = from; at < end;) {
      const bytes = await this.#bytes(at, BLANK_BYTES, end);
      if (bytes.length === 0) return at;
      const other = bytes.findIndex((byte) => byte !== LINE_FEED);
      if (other >= 0) return at + other;
      at += bytes.length;
    }
    return Math.max(from, end);
  }

  /** Behind the last byte before `end` that is no line feed. */
  async #lastNotBlank(from: number, end: number): Promise<number> {
    for (let to = end; to > from;) {
      const start = Math.max(from, to - BLANK_BYTES);
      const bytes = await this.#bytes(start, to - start, end);
      const last = bytes.findLastIndex((byte) => byte !== LINE_FEED);
      if (last >= 0) return start + last + 1;
      to = start;
    }
    return from;
  }

  #accept(record: FoundRecord): FoundRecord {
    this.#held = undefined;
    this.#offset = record.to;
    this.#last = record.header.seq;
    return record;
  }

  async #skipSegmentHeader(end: number): Promise<number> {
    const header = parseSegmentHeader(await this.#bytes(0, MAX_HEADER_BYTES, end));
    this.#after = header?.after;
    return header?.length ?? 0;
  }

  async #recordAt(from: number, end: number): Promise<FoundRecord | undefined> {
    const header = parseRecordHeader(await this.#bytes(from, MAX_HEADER_BYTES, end));
    if (!header || header.seq <= this.#last) return undefined;
    const start = from + header.length;
    const to = start + header.bytes;
    if (to > end) return undefined;
    const payload = await this.#bytes(start, header.bytes, end);
    return isIntact(header, payload) ? { kind: "record", header, payload, from, to } : undefined;
  }

  /** Finds the next place at or after `from` that looks like a record header. */
  async #mark(from: number, end: number): Promise<number | undefined> {
    for (let at = from; at < end;) {
      const bytes = await this.#bytes(at, WINDOW_BYTES, end);
      const found = bytes.indexOf(RECORD_MARK);
      if (found >= 0) return at + found;
      if (at + bytes.length >= end || bytes.length < RECORD_MARK.length) return undefined;
      at += bytes.length - RECORD_MARK.length + 1;
    }
    return undefined;
  }

  /** Reads up to `length` bytes from `from`, fewer at `end`; in large pieces. */
  async #bytes(from: number, length: number, end: number): Promise<Buffer> {
    const want = Math.min(length, end - from);
    const start = from - this.#windowAt;
    if (start < 0 || start + want > this.#window.length) {
      const size = Math.min(Math.max(WINDOW_BYTES, want), end - from);
      if (this.#buffer.length < size) this.#buffer = Buffer.allocUnsafe(size);
      const target = this.#buffer.subarray(0, size);
      this.#window = target.subarray(0, await readFully(this.#file, target, from));
      this.#windowAt = from;
    }
    return this.#window.subarray(from - this.#windowAt, from - this.#windowAt + want);
  }
}

/** Counts the lines of data in a damaged range by its line feeds. */
export async function countLines(file: WalFile, from: number, to: number): Promise<number> {
  const chunk = Buffer.allocUnsafe(Math.min(256 * 1024, Math.max(1, to - from)));
  let lines = 0;
  let comment = false;
  let started = false;
  for (let at = from; at < to;) {
    const count = await readFully(file, chunk.subarray(0, Math.min(chunk.length, to - at)), at);
    if (count === 0) break;
    for (const byte of chunk.subarray(0, count)) {
      if (byte === 0x0a) {
        if (started && !comment) lines++;
        started = comment = false;
      } else if (byte !== 0) {
        if (!started) comment = byte === 0x23;
        started = true;
      }
    }
    at += count;
  }
  return started && !comment ? lines + 1 : lines;
}
