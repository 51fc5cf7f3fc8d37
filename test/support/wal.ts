import type { WalFile } from "../../lib/wal/file-system";
import { recordHeader, segmentHeader } from "../../lib/wal/format";
import { type Found, Scanner } from "../../lib/wal/scan";

/** A line that carries its number twice, so that a wrong one shows. */
export function numberedLine(n: number): string {
  return `m,id=${n} v=${n}i,s="x ${n}" 1732060000${String(n).padStart(9, "0")}`;
}

/** A segment with so many records of so many lines. */
export function segmentOf(records: number, linesEach: number, first = 1): { bytes: Buffer; ends: number[] } {
  const parts = [segmentHeader(first, 1732265582123, "test", "1.0.0")];
  const ends: number[] = [];
  let size = parts[0]!.length;
  for (let seq = first; seq < first + records; seq++) {
    const lines = Array.from({ length: linesEach }, (_, n) => numberedLine(seq * 1_000 + n));
    const payload = Buffer.from(`${lines.join("\n")}\n`);
    const header = { seq, t: 1732265582123 + seq, lines: linesEach, bytes: payload.length };
    const line = recordHeader(header, payload);
    parts.push(line, payload);
    size += line.length + payload.length;
    ends.push(size);
  }
  return { bytes: Buffer.concat(parts), ends };
}

/** A file that is nothing but bytes. */
export function bytesFile(bytes: Buffer): WalFile {
  const never = () => Promise.reject(new Error("read only"));
  return {
    read: (target, position) => Promise.resolve(bytes.copy(target, 0, Math.min(position, bytes.length))),
    write: never,
    truncate: never,
    sync: never,
    close: () => Promise.resolve(),
  };
}

/** Scans bytes as a segment. */
export async function scanBytes(bytes: Buffer): Promise<Found[]> {
  const scanner = new Scanner(bytesFile(bytes));
  const found: Found[] = [];
  for (let one = await scanner.next(bytes.length); one; one = await scanner.next(bytes.length)) {
    found.push(one.kind === "record" ? { ...one, payload: Buffer.from(one.payload) } : one);
  }
  return found;
}
