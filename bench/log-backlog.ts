// Opening a large backlog, and memory while it is sent; each in a process of its own. Not in the table: takes a minute.
//   node --import tsx bench/log-backlog.ts
import { fork } from "node:child_process";
import { once } from "node:events";
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { WalLog } from "../lib/wal/log";
import { backlog, GIGABYTE, inDirectory } from "./support/log";

interface Measured {
  readonly firstMs: number;
  readonly peakMB: number;
}

async function child(task: string, directory: string): Promise<Measured> {
  const process = fork(__filename, [task, directory]);
  return ((await once(process, "message")) as [Measured])[0];
}

async function drain(directory: string): Promise<number> {
  const start = performance.now();
  let firstMs = 0;
  const log = await WalLog.open({ directory, maxBytes: 10 * GIGABYTE });
  for (let record = await log.next(); record; record = await log.next()) {
    if (firstMs === 0) firstMs = performance.now() - start;
    log.ack(record.seq);
  }
  await log.close();
  return firstMs;
}

/** The tutorial's way: all lines in memory. */
async function readAll(directory: string): Promise<number> {
  const lines: string[] = [];
  for (const name of await fs.readdir(directory)) {
    for (const line of (await fs.readFile(join(directory, name), "utf8")).split("\n")) lines.push(line);
  }
  return lines.length;
}

async function main(): Promise<void> {
  await inDirectory(async (path) => {
    await backlog(join(path, "full"), GIGABYTE);
    const empty = await child("drain", join(path, "empty"));
    const rival = await child("read", join(path, "full"));
    const full = await child("drain", join(path, "full"));
    console.log(`open with 1 GB pending: first line out after ${full.firstMs.toFixed(0)} ms`);
    console.log(`peak memory with nothing pending: ${empty.peakMB.toFixed(0)} MB`);
    console.log(`peak memory with 1 GB sent: ${(full.peakMB - empty.peakMB).toFixed(0)} MB more`);
    console.log(`the tutorial's way, all lines in memory: ${rival.peakMB.toFixed(0)} MB`);
  });
}

const [, , task, directory] = process.argv;
if (task && directory) {
  void (task === "drain" ? drain(directory) : readAll(directory)).then((firstMs) =>
    process.send!({ firstMs, peakMB: process.resourceUsage().maxRSS / 1024 } satisfies Measured),
  );
} else void main();
