// Lines per second and CPU per line through influx-batch-write, on loopback, against node-red-contrib-influxdb, the InfluxDB
// client's WriteApi and bare posts of the same bodies. Every flow runs in a Node-RED process of its own; the server is
// another process, which only counts. PEER = folder with node-red-contrib-influxdb 0.7.0 installed (left out without).
//   npm run build && PEER=/tmp/peer node --import tsx bench/write.ts
import { fork } from "node:child_process";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { InfluxDB } from "@influxdata/influxdb-client";
import { type Figures, measure } from "./support/measure";
import type { FlowRun } from "./write-flow";

/** Takes whatever comes, after `delayMs`, and answers 204. */
function sink(delayMs: number): void {
  const server = createServer((incoming, response) => {
    const answer = () => response.writeHead(204).end();
    // Even a timer of 0 ms takes more than one.
    incoming.resume().on("end", () => (delayMs > 0 ? setTimeout(answer, delayMs) : answer()));
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

async function withSink<T>(delayMs: number, work: (url: string) => Promise<T>): Promise<T> {
  const child = fork(__filename, ["sink", String(delayMs)], { execArgv: process.execArgv });
  const port = await new Promise((answer) => child.once("message", answer));
  try {
    return await work(`http://127.0.0.1:${String(port)}`);
  } finally {
    child.kill();
  }
}

const line = (i: number) =>
  `genesys_queue,env=production,queueId=q-${i % 200} answered=${i % 50}i,abandoned=1i,offered=${(i % 50) + 1}i,waitTime=${i / 8} ${1763802060000000000n + BigInt(i)}`;
const point = (i: number) => ({
  measurement: "genesys_queue",
  tags: { env: "production", queueId: `q-${i % 200}` },
  fields: { answered: `${i % 50}i`, abandoned: "1i", offered: `${(i % 50) + 1}i`, waitTime: i / 8 },
  timestamp: 1763802060000 + i,
});

function inNodeRed(task: FlowRun): Promise<Figures> {
  return new Promise((answer, reject) => {
    const child = fork(join(__dirname, "write-flow.ts"), { execArgv: process.execArgv });
    child.once("message", (figures) => answer(figures as Figures));
    child.once("exit", (code) => reject(new Error(`Node-RED ended with ${code} and without figures`)));
    child.send(task);
  });
}

/** `influx-batch-write`, with or without `wal-buffer` in front of it. */
function ours(
  url: string,
  payloads: unknown[],
  lines: number,
  { batchSize = 500, buffered = false } = {},
): Promise<Figures> {
  const writer = {
    id: "w",
    z: "tab",
    type: "influx-batch-write",
    influx: "db",
    batchSize,
    flushInterval: 0.05,
  };
  const back = buffered ? ["wal"] : [];
  return inNodeRed({
    flow: [
      { id: "db", type: "influx-config", url, org: "o", bucket: "b" },
      { id: "wal", z: "tab", type: "wal-buffer", sync: "always", wires: [["w"], []] },
      { ...writer, wires: [["out", ...back], back, back] },
      { id: "out", z: "tab", type: "debug", active: false, wires: [] },
    ],
    credentials: { db: { token: "t" } },
    entry: buffered ? "wal" : "w",
    packages: [resolve(__dirname, "..")],
    payloads,
    lines,
    countLines: buffered,
  });
}

function peer(folder: string, url: string, payloads: unknown[], lines: number): Promise<Figures> {
  return inNodeRed({
    flow: [
      { id: "db", type: "influxdb", url, influxdbVersion: "2.0", rejectUnauthorized: false, timeout: 10 },
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
    entry: "w",
    packages: [join(folder, "node_modules/node-red-contrib-influxdb")],
    payloads,
    lines,
  });
}

async function writeApi(url: string, lines: string[]): Promise<Figures> {
  const api = new InfluxDB({ url, token: "t" }).getWriteApi("o", "b", "ns", {
    batchSize: 500,
    flushInterval: 0,
  });
  return measure(lines.length, async () => {
    for (let i = 0; i < lines.length; i += 500) {
      api.writeRecords(lines.slice(i, i + 500));
      await api.flush();
    }
    await api.close();
  });
}

async function bare(url: string, lines: string[], perPost: number): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const figures = await measure(lines.length, async () => {
    for (let i = 0; i < lines.length; i += perPost) {
      const text = lines.slice(i, i + perPost).join("\n");
      const body = perPost === 1 ? Buffer.from(text) : gzipSync(text);
      await new Promise<void>((resolve, reject) => {
        const outgoing = request(`${url}/api/v2/write`, { method: "POST", agent }, (response) => {
          response.resume().on("end", resolve);
        });
        outgoing.on("error", reject).end(body);
      });
    }
  });
  agent.destroy();
  return figures;
}

function show(name: string, { linesPerS, cpuUsPerLine, stallMs }: Figures): void {
  console.log(
    `${name.padEnd(58)} ${linesPerS.toFixed(0).padStart(8)} lines/s ${cpuUsPerLine.toFixed(1).padStart(7)} µs CPU/line, ` +
      `longest stall ${stallMs.toFixed(0)} ms`,
  );
}

async function main(): Promise<void> {
  const count = 400_000;
  const lines = Array.from({ length: count }, (_, i) => line(i));
  const polls = (rows: unknown[], per: number) =>
    Array.from({ length: rows.length / per }, (_, i) => rows.slice(i * per, (i + 1) * per));
  const folder = process.env["PEER"];
  await withSink(0, async (url) => {
    for (const per of [1, 50]) {
      const share = per === 1 ? count / 10 : count;
      const some = lines.slice(0, share);
      const rows = Array.from({ length: count / 40 }, (_, i) => point(i));
      show(`influx-batch-write, ${per} a message`, await ours(url, polls(some, per), share));
      show(
        `wal-buffer (sync: always) and influx-batch-write, ${per} a message`,
        await ours(url, polls(some, per), share, { buffered: true }),
      );
      if (folder)
        show(
          `node-red-contrib-influxdb, ${per} a message`,
          await peer(folder, url, polls(rows, per), rows.length),
        );
    }
    show("InfluxDB client's WriteApi, 500 lines", await writeApi(url, lines));
    show("bare posts of the same bodies, 500 lines", await bare(url, lines, 500));
    show("bare posts, 1 line", await bare(url, lines.slice(0, 5_000), 1));
  });
  await withSink(20, async (url) => {
    show("server takes 20 ms: 500 a batch", await ours(url, polls(lines, 50), count));
    show("server takes 20 ms: 5,000 a batch", await ours(url, polls(lines, 50), count, { batchSize: 5_000 }));
    show("server takes 20 ms: one post per line", await bare(url, lines.slice(0, 100), 1));
  });
}

if (process.argv[2] === "sink") sink(Number(process.argv[3]));
else void main();
