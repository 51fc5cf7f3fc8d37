import { resolve } from "node:path";
import { type Flow, FlowProcess } from "./node-red";
import { peerFolder } from "./peer";
import { withSink } from "./sink";
import type { Figures } from "./measure";

const ROWS = 500;
const MESSAGES = 40;
const UNDER_WAY = 16;
const ROUNDS = 5;

/** The text of an answer: rows of the tutorial. */
function answerText(message: number): string {
  const rows = Array.from({ length: ROWS }, (_, n) => ({
    queueId: `1d1af111-b11c-11f1-b111-${String(n).padStart(12, "0")}`,
    waitTime: Math.round((n + message) * 12.34) / 100,
    answered: n % 50,
    abandoned: n % 7,
    offered: (n % 50) + (n % 7),
    intervalEnd: new Date(Date.parse("2026-11-22T10:28:00Z") + message * 60_000).toISOString(),
  }));
  return JSON.stringify(rows);
}

const messages = Array.from({ length: MESSAGES }, (_, n) => ({ payload: answerText(n) }));
const feed = { messages, lines: MESSAGES * ROWS, underWay: UNDER_WAY };

/** As one would write it for the rival. */
const POINTS = `
msg.payload = JSON.parse(msg.payload).map((row) => ({
  measurement: "genesys_queue",
  tags: { env: "production", queueId: row.queueId },
  fields: {
    answered: row.answered + "i",
    abandoned: row.abandoned + "i",
    offered: row.offered + "i",
    waitTime: row.waitTime,
  },
  timestamp: new Date(row.intervalEnd),
}));
return msg;`;

function func(code: string, to: string): object {
  return { id: "in", z: "tab", type: "function", func: code, outputs: 1, libs: [], wires: [[to]] };
}

export function peer(url: string): Flow {
  return {
    ...feed,
    nodes: [
      { id: "db", type: "influxdb", url, influxdbVersion: "2.0", rejectUnauthorized: false, timeout: 10 },
      func(POINTS, "w"),
      {
        id: "w",
        z: "tab",
        type: "influxdb batch",
        influxdb: "db",
        org: "o",
        bucket: "b",
        precisionV18FluxV20: "ms",
        wires: [],
      },
      { id: "done", z: "tab", type: "complete", scope: ["w"], wires: [["out"]] },
      { id: "out", z: "tab", type: "debug", active: false, wires: [] },
    ],
    credentials: { db: { token: "t" } },
    packages: [peerFolder()],
  };
}

export interface Ours {
  readonly gzip: boolean;
  readonly buffered: boolean;
}

export function ours(url: string, { gzip, buffered }: Ours): Flow {
  const back = buffered ? ["wal"] : [];
  return {
    ...feed,
    nodes: [
      { id: "db", type: "influx-config", url, org: "o", bucket: "b" },
      func("msg.payload = JSON.parse(msg.payload); return msg;", "convert"),
      {
        id: "convert",
        z: "tab",
        type: "genesys-to-lineprotocol",
        environment: "production",
        wires: [[buffered ? "wal" : "w"]],
      },
      { id: "wal", z: "tab", type: "wal-buffer", sync: "always", wires: [["w"], []] },
      {
        id: "w",
        z: "tab",
        type: "influx-batch-write",
        influx: "db",
        batchSize: 500,
        flushInterval: 0.05,
        gzip,
        wires: [["out", ...back], back, back],
      },
      { id: "out", z: "tab", type: "debug", active: false, wires: [] },
    ],
    credentials: { db: { token: "t" } },
    packages: [resolve(__dirname, "../..")],
    countLines: buffered,
  };
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

export async function wholePath(how: Ours): Promise<void> {
  await withSink(0, async (url) => {
    const [one, other] = await Promise.all([FlowProcess.start(ours(url, how)), FlowProcess.start(peer(url))]);
    await one.run(10);
    await other.run(5);
    const found: [Figures, Figures][] = [];
    for (let i = 0; i < ROUNDS; i++) found.push([await one.run(8), await other.run(4)]);
    await one.close();
    await other.close();
    for (const [a, b] of found)
      console.log(
        `ours ${a.linesPerS.toFixed(0)}/s ${a.cpuUsPerLine.toFixed(2)}us stall ${a.stallMs.toFixed(0)}; peer ${b.linesPerS.toFixed(0)}/s ${b.cpuUsPerLine.toFixed(2)}us stall ${b.stallMs.toFixed(0)}`,
      );
    console.log(
      how,
      "lines",
      median(found.map(([a, b]) => a.linesPerS / b.linesPerS)).toFixed(2),
      "cpu",
      median(found.map(([a, b]) => b.cpuUsPerLine / a.cpuUsPerLine)).toFixed(2),
    );
  });
}
