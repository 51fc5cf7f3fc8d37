import { mkdtempSync, promises as fs, rmSync } from "node:fs";
import { join } from "node:path";
import { parseRecordHeader, recordHeader, segmentHeader, segmentName } from "../../lib/wal/format";
import { packLines, type PreparedLines } from "../../lib/wal/pack";
import { WalLog } from "../../lib/wal/log";
import { crc32 } from "../../lib/wal/crc32";
import { idOf } from "./answers";
import { median, timed } from "./measure";

/** Lines of a record. */
export const LINES = 500;
export const MEGABYTE = 1024 ** 2;
export const GIGABYTE = 1024 ** 3;

/** 500 lines as one record, about 74 KB. */
export function batch(): PreparedLines {
  const lines = Array.from({ length: LINES }, (_, n) => {
    const tags = `env=production,mediaType=voice,queueId=${idOf(n)}`;
    return `genesys_queue,${tags} abandoned=1i,answered=5i,offered=6i,waitTime=12.34 1793354460000000000`;
  });
  return packLines(lines, LINES, 4 * MEGABYTE)[0]!;
}

/** A new folder for the work, below BENCH_DIR or here: it should be on a disk, not in memory. */
export async function inDirectory<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(process.env["BENCH_DIR"] ?? process.cwd(), ".bench-log-"));
  try {
    return await work(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Milliseconds of durable appends: one record bare and through the log, many through it and in one bare write. */
export interface Appends {
  readonly bare: number;
  readonly one: number;
  /** Of all of them. */
  readonly many: number;
  readonly bareMany: number;
}

const ROUNDS = 40;
const APPENDS = 10;

/** Measures all of them in turns, on the same disk. */
export async function appends(atOnce: number): Promise<Appends> {
  return inDirectory(async (path) => {
    const record = batch();
    const header = recordHeader(
      { seq: 1, t: Date.now(), lines: LINES, bytes: record.payload.length },
      record.payload,
    );
    const bytes = Buffer.concat([header, record.payload]);
    const log = await WalLog.open({ directory: join(path, "log"), maxBytes: GIGABYTE });
    const bare = await fs.open(join(path, "bare"), "ax");
    const append = async (count: number) => {
      await bare.writev(Array.from({ length: count }, () => bytes));
      await bare.datasync();
    };
    const found: Record<keyof Appends, number[]> = { bare: [], one: [], many: [], bareMany: [] };
    for (let i = 0; i < 20; i++) await Promise.all([append(1), log.appendPrepared([record])]);
    const all = () => Promise.all(Array.from({ length: atOnce }, () => log.appendPrepared([record])));
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < APPENDS; i++) {
        found.bare.push(await timed(() => append(1)));
        found.one.push(await timed(() => log.appendPrepared([record])));
      }
      found.many.push(await timed(all));
      found.bareMany.push(await timed(() => append(atOnce)));
    }
    await log.close();
    await bare.close();
    const { bare: plain, one, many, bareMany } = found;
    return { bare: median(plain), one: median(one), many: median(many), bareMany: median(bareMany) };
  });
}

/** Writes a backlog as a log would have left it, without the syncs. @returns its records */
export async function backlog(directory: string, bytes: number): Promise<number> {
  await fs.mkdir(directory, { recursive: true });
  const { payload, lines } = batch();
  let [seq, written] = [1, 0];
  while (written < bytes) {
    const parts = [segmentHeader(seq, Date.now(), "bench", "0")];
    const name = segmentName(seq);
    for (let size = 0; size < MEGABYTE; size += payload.length) {
      parts.push(recordHeader({ seq: seq++, t: Date.now(), lines, bytes: payload.length }, payload), payload);
    }
    const segment = Buffer.concat(parts);
    await fs.writeFile(join(directory, name), segment);
    written += segment.length;
  }
  return seq - 1;
}

/** Hands out all of a log. */
export async function replay(directory: string, records: number): Promise<number> {
  await fs.rm(join(directory, "cursor"), { force: true });
  const log = await WalLog.open({ directory, maxBytes: 10 * GIGABYTE });
  const ms = await timed(async () => {
    let count = 0;
    for (let record = await log.next(); record; record = await log.next()) count += record.lines.length;
    if (count !== records * LINES) throw new Error(`${count} lines`);
  });
  await log.close();
  return ms;
}

/** Reads the same files whole, splits the frames, checks the sums and makes lines. */
export async function readBare(directory: string, records: number): Promise<void> {
  let count = 0;
  for (const name of (await fs.readdir(directory)).sort().filter((one) => one.startsWith("wal-"))) {
    const data = await fs.readFile(join(directory, name));
    let at = data.indexOf("\n") + 1;
    while (at < data.length) {
      const header = parseRecordHeader(data, at)!;
      const payload = data.subarray(at + header.length, at + header.length + header.bytes);
      if (crc32(payload, crc32(header.covered)) !== header.crc32) throw new Error("damaged");
      count += payload.toString().split("\n").length - 1;
      at += header.length + header.bytes;
    }
  }
  if (count !== records * LINES) throw new Error(`${count} lines`);
}
