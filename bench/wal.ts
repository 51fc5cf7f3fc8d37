import { fork } from "node:child_process";
import { mkdtempSync, promises as fs, rmSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "../lib/wal/crc32";
import { parseRecordHeader, recordHeader, segmentHeader, segmentName } from "../lib/wal/format";
import { packLines, type PreparedLines } from "../lib/wal/pack";
import { WalLog } from "../lib/wal/log";

/**
 * The log against bare rivals that do the same work without its promises, side by side in one run, on the same disk.
 * `nice npx tsx bench/wal.ts [directory]`: the directory should be on a disk, not in memory.
 */
const LINES = 500;
const GIGABYTE = 1024 ** 3;
const MEGABYTE = 1024 ** 2;
const where = process.argv[2] ?? process.cwd();

function batch(): PreparedLines {
  const lines = Array.from({ length: LINES }, (_, n) => {
    const tags = `env=production,mediaType=voice,queueId=6f1b2f9e-0d0f-4c39-9d68-${String(n).padStart(12, "0")}`;
    return `genesys_queue,${tags} abandoned=1i,answered=5i,offered=6i,waitTime=12.34 1793354460000000000`;
  });
  return packLines(lines, LINES, 4 * MEGABYTE)[0]!;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const now = () => Number(process.hrtime.bigint()) / 1e6;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = now();
  await work();
  return now() - start;
}

async function inDirectory<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(where, ".bench-wal-"));
  try {
    return await work(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Durable appends: one at a time, and 16 at a time, in turns with a bare append and fdatasync of the same bytes. */
async function appends(): Promise<void> {
  await inDirectory(async (path) => {
    const record = batch();
    const header = recordHeader(
      { seq: 1, t: Date.now(), lines: LINES, bytes: record.payload.length },
      record.payload,
    );
    const bytes = Buffer.concat([header, record.payload]);
    const log = await WalLog.open({ directory: join(path, "log"), maxBytes: GIGABYTE });
    const bare = await fs.open(join(path, "bare"), "ax");
    const bareOnce = async () => {
      await bare.write(bytes);
      await bare.datasync();
    };
    const [bareMs, oneMs, groupMs]: number[][] = [[], [], []];
    for (let i = 0; i < 20; i++) await Promise.all([bareOnce(), log.appendPrepared([record])]);
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 10; i++) {
        bareMs!.push(await timed(bareOnce));
        oneMs!.push(await timed(() => log.appendPrepared([record])));
      }
      const all = () => Promise.all(Array.from({ length: 16 }, () => log.appendPrepared([record])));
      groupMs!.push(await timed(all));
    }
    const [plain, one, group] = [median(bareMs!), median(oneMs!), median(groupMs!)];
    row("bare append + fdatasync", `${plain.toFixed(2)} ms`, "1");
    row("log, one at a time", `${one.toFixed(2)} ms`, `${(one / plain).toFixed(2)} x the time (at most 1.2)`);
    const throughput = (16 * plain) / group;
    row(
      "log, 16 at a time",
      `${(group / 16).toFixed(2)} ms each`,
      `${throughput.toFixed(1)} x the throughput (at least 3.5)`,
    );
    await log.close();
    await bare.close();
  });
}

/** Writes a backlog as a log would have left it, without the syncs. */
async function backlog(directory: string, bytes: number): Promise<number> {
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

/** Replay, against a loop that reads the same files whole, splits the frames and checks the sums. */
async function replay(): Promise<void> {
  await inDirectory(async (path) => {
    const directory = join(path, "log");
    const records = await backlog(directory, 256 * MEGABYTE);
    const [bareMs, logMs]: number[][] = [[], []];
    for (let round = 0; round < 5; round++) {
      bareMs!.push(await timed(() => readBare(directory, records)));
      await fs.rm(join(directory, "cursor"), { force: true });
      const log = await WalLog.open({ directory, maxBytes: 10 * GIGABYTE });
      logMs!.push(
        await timed(async () => {
          let count = 0;
          for (let record = await log.next(); record; record = await log.next()) count += record.lines.length;
          if (count !== records * LINES) throw new Error(`${count} lines`);
        }),
      );
      await log.close();
    }
    const [plain, full] = [median(bareMs!), median(logMs!)];
    row("bare framed read with CRC, 256 MB", `${plain.toFixed(0)} ms`, "1");
    row(
      "log, replay to lines",
      `${full.toFixed(0)} ms`,
      `${(full / plain).toFixed(2)} x the time (at most 2)`,
    );
  });
}

async function readBare(directory: string, records: number): Promise<void> {
  let count = 0;
  for (const name of (await fs.readdir(directory)).sort().filter((one) => one.startsWith("wal-"))) {
    const data = await fs.readFile(join(directory, name));
    let at = data.indexOf("\n") + 1;
    while (at < data.length) {
      const header = parseRecordHeader(data, at)!;
      const payload = data.subarray(at + header.length, at + header.length + header.bytes);
      if (crc32(payload, crc32(header.covered)) !== header.crc32) throw new Error("damaged");
      // The same result as the log gives: lines.
      count += payload.toString().split("\n").length - 1;
      at += header.length + header.bytes;
    }
  }
  if (count !== records * LINES) throw new Error(`${count} lines`);
}

/** Opening a large backlog, and memory while it is sent; each in a process of its own. */
async function backlogs(): Promise<void> {
  await inDirectory(async (path) => {
    await backlog(join(path, "full"), GIGABYTE);
    const empty = await child("drain", join(path, "empty"));
    const full = await child("drain", join(path, "full"));
    row("open with 1 GB pending, first line out", `${full.firstMs.toFixed(0)} ms`, "at most 2000 ms");
    const above = (full.peakMB - empty.peakMB).toFixed(0);
    row("peak memory, nothing pending", `${empty.peakMB.toFixed(0)} MB`, "");
    row("peak memory, 1 GB drained", `${full.peakMB.toFixed(0)} MB`, `${above} MB more (at most 64)`);
  });
  await inDirectory(async (path) => {
    await backlog(path, GIGABYTE);
    const rival = await child("read-all", path);
    row("the tutorial's way: all lines in memory", `${rival.peakMB.toFixed(0)} MB`, "");
  });
}

interface Measured {
  firstMs: number;
  peakMB: number;
}

function child(task: string, directory: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const process = fork(__filename, [where], {
      env: { ...global.process.env, BENCH_TASK: task, BENCH_DIR: directory },
    });
    process.once("message", (measured) => resolve(measured as Measured));
    process.once("exit", (code) => reject(new Error(`ended with ${code}`)));
  });
}

async function inChild(task: string, directory: string): Promise<void> {
  const start = now();
  let firstMs = 0;
  if (task === "drain") {
    const log = await WalLog.open({ directory, maxBytes: 10 * GIGABYTE });
    for (let record = await log.next(); record; record = await log.next()) {
      if (firstMs === 0) firstMs = now() - start;
      log.ack(record.seq);
    }
    await log.close();
  } else {
    const lines: string[] = [];
    for (const name of await fs.readdir(directory)) {
      for (const line of (await fs.readFile(join(directory, name), "utf8")).split("\n")) lines.push(line);
    }
    firstMs = lines.length;
  }
  process.send!({ firstMs, peakMB: process.resourceUsage().maxRSS / 1024 } satisfies Measured);
}

function row(what: string, measured: string, ratio: string): void {
  console.log(`| ${what} | ${measured} | ${ratio} |`);
}

async function main(): Promise<void> {
  const { BENCH_TASK: task, BENCH_DIR: directory } = process.env;
  if (task && directory) return inChild(task, directory);
  console.log("| 500-line batches | measured | ratio |\n|---|---|---|");
  await appends();
  if (process.env["BENCH_QUICK"]) return;
  await replay();
  await backlogs();
}

void main();
