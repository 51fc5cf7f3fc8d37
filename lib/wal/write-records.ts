import { type WalFile, writeFully } from "./file-system";
import { CHECKSUM_BYTES, coveredHeader, recordHeader, type RecordHeader, withChecksum } from "./format";

/** A numbered record without checksum. */
export interface Numbered {
  readonly header: RecordHeader;
  readonly payload: Buffer;
}

/** A record written to its segment. */
export interface Written extends Numbered {
  readonly headerLine: Buffer;
}

/** Bytes per write, during which the next checksums are made. */
const PIECE_BYTES = 256 * 1024;

/**
 * Writes `head`, then the records, at `position`. Checksums take about as long as writing, so both go on at once: the
 * first payload is written behind its header's place while its checksum is made, later checksums during the write
 * before. When it throws, no write is under way.
 */
export async function writeRecords(
  file: WalFile,
  position: number,
  head: readonly Uint8Array[],
  records: readonly Numbered[],
): Promise<Written[]> {
  const [first, ...rest] = records;
  if (!first) {
    await writeFully(file, head, position);
    return [];
  }
  const covered = coveredHeader(first.header);
  let at = position + bytesOf(head) + covered.length + CHECKSUM_BYTES;
  const payload = writeFully(file, [first.payload], at);
  const headerLine = withChecksum(covered, first.payload);
  let writing = both(payload, writeFully(file, [...head, headerLine], position));
  at += first.payload.length;
  const written: Written[] = [{ ...first, headerLine }];
  for (let index = 0; index < rest.length;) {
    const piece: Uint8Array[] = [];
    for (let bytes = 0; index < rest.length && bytes < PIECE_BYTES; index++) {
      const record = rest[index]!;
      const line = recordHeader(record.header, record.payload);
      written.push({ ...record, headerLine: line });
      piece.push(line, record.payload);
      bytes += record.payload.length;
    }
    await writing;
    writing = writeFully(file, piece, at);
    at += bytesOf(piece);
  }
  await writing;
  return written;
}

function bytesOf(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}

/** Waits for both, even when one fails. */
async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled([one, other]))
    if (result.status === "rejected") throw result.reason;
}
