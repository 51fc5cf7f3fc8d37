// Lines per second and CPU per line through influx-batch-write in a Node-RED runtime, on loopback, against
// node-red-contrib-influxdb, the InfluxDB client's WriteApi and bare posts of the same bodies. The server runs in a
// process of its own and only counts. PEER = folder with node-red-contrib-influxdb 0.7.0 installed (left out without).
//   PEER=/tmp/peer node --import tsx bench/write.ts
import { fork } from "node:child_process";
import { createServer, Agent, request } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { gzipSync } from "node:zlib";
import { InfluxDB } from "@influxdata/influxdb-client";
import type { NodeAPI } from "node-red";
import influxBatchWrite from "../nodes/influx-batch-write/influx-batch-write";
import influxConfig from "../nodes/influx-config/influx-config";
import { helper, load, receive } from "../test/support/helper";

if (process.argv[2] === "sink") sink(Number(process.argv[3]));
else void main();

/** Takes whatever comes, after `delayMs`, and answers 204. */
function sink(delayMs: number): void {
  const server = createServer((incoming, response) => {
    incoming.resume().on("end", () => setTimeout(() => response.writeHead(204).end(), delayMs));
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

async function withSink<T>(delayMs: number, work: (url: string) => Promise<T>): Promise<T> {
  const child = fork(__filename, ["sink", String(delayMs)], { execArgv: process.execArgv });
  const port = await new Promise((resolve) => child.once("message", resolve));
  try {
    return await work(`http://127.0.0.1:${String(port)}`);
  } finally {
    child.kill();
  }
}

interface Figures {
  linesPerS: number;
  cpuUsPerLine: number;
  stallMs: number;
}

async function measure(lines: number, work: () => Promise<void>): Promise<Figures> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  return { linesPerS: lines / seconds, cpuUsPerLine: (user + system) / lines, stallMs: delay.max / 1e6 };
}

const line = (i: number) =>
  `genesys_queue,env=production,queueId=q-${i % 200} answered=${i % 50}i,abandoned=1i,offered=${(i % 50) + 1}i,waitTime=${i / 8} ${1763802060000000000n + BigInt(i)}`;
const point = (i: number) => ({
  measurement: "genesys_queue",
  tags: { env: "production", queueId: `q-${i % 200}` },
  fields: { answered: `${i % 50}i`, abandoned: "1i", offered: `${(i % 50) + 1}i`, waitTime: i / 8 },
  timestamp: 1763802060000 + i,
});

/** Feeds messages to a node of a flow, a turn of the event loop for every 20, and waits for all outcomes. */
async function throughNode(payloads: unknown[]): Promise<void> {
  let left = payloads.length;
  const done = new Promise<void>((resolve) => {
    helper.getNode("out").on("input", () => {
      if (--left === 0) resolve();
    });
  });
  for (let i = 0; i < payloads.length; i++) {
    receive("w", { payload: payloads[i] });
    if (i % 20 === 19) await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
}

async function ours(url: string, payloads: unknown[], lines: number, batchSize = 500): Promise<Figures> {
  const flow = [
    { id: "tab", type: "tab" },
    { id: "db", type: "influx-config", url, org: "o", bucket: "b" },
    {
      id: "w",
      z: "tab",
      type: "influx-batch-write",
      influx: "db",
      batchSize,
      flushInterval: 0.05,
      wires: [["out"], [], []],
    },
    { id: "out", z: "tab", type: "helper" },
  ];
  await load([influxConfig, influxBatchWrite], flow, { db: { token: "t" } });
  const figures = await measure(lines, () => throughNode(payloads));
  await helper.unload();
  return figures;
}

async function peer(folder: string, url: string, payloads: unknown[], lines: number): Promise<Figures> {
  const peerNode = createRequire(join(folder, "package.json"))("node-red-contrib-influxdb") as (
    RED: NodeAPI,
  ) => void;
  const flow = [
    { id: "tab", type: "tab" },
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
    { id: "out", z: "tab", type: "helper" },
  ];
  await load([peerNode], flow, { db: { token: "t" } });
  const figures = await measure(lines, () => throughNode(payloads));
  await helper.unload();
  return figures;
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
  await new Promise<void>((resolve) => helper.startServer(resolve));
  const count = 40_000;
  const lines = Array.from({ length: count }, (_, i) => line(i));
  const polls = (rows: unknown[], per: number) =>
    Array.from({ length: rows.length / per }, (_, i) => rows.slice(i * per, (i + 1) * per));
  const folder = process.env["PEER"];
  await withSink(0, async (url) => {
    await ours(url, polls(lines, 50), count);
    show("influx-batch-write, 1 line a message", await ours(url, lines, count));
    show("influx-batch-write, 50 lines a message", await ours(url, polls(lines, 50), count));
    if (folder) {
      const points = Array.from({ length: 5_000 }, (_, i) => point(i));
      await peer(folder, url, polls(points, 50), points.length);
      show(
        "node-red-contrib-influxdb, 1 point a message",
        await peer(folder, url, polls(points, 1), points.length),
      );
      show(
        "node-red-contrib-influxdb, 50 points a message",
        await peer(folder, url, polls(points, 50), points.length),
      );
    }
    show("InfluxDB client's WriteApi, 500 lines", await writeApi(url, lines));
    show("bare posts of the same bodies, 500 lines", await bare(url, lines, 500));
    show("bare posts, 1 line", await bare(url, lines.slice(0, 5_000), 1));
  });
  await withSink(20, async (url) => {
    show("server takes 20 ms: influx-batch-write, 500 a batch", await ours(url, polls(lines, 50), count));
    show(
      "server takes 20 ms: influx-batch-write, 5,000 a batch",
      await ours(url, polls(lines, 50), count, 5_000),
    );
    show("server takes 20 ms: one post per line", await bare(url, lines.slice(0, 100), 1));
  });
  await new Promise<void>((resolve) => helper.stopServer(resolve));
  process.exit(0);
}
