import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InfluxEndpoint } from "../../demo/simulators/influx/server";
import type { Control } from "../../lib/terms/topics";
import { CONTROL_TOPICS } from "../../lib/terms/topics";
import { pipelineFlow } from "./flows";
import type { TestFlow } from "./helper";
import type { NodeRedProcess } from "./node-red";

/** What chaos acts on. */
export interface ChaosWorld {
  readonly endpoint: InfluxEndpoint;
  nodeRed: NodeRedProcess;
  /** Starts Node-RED again, after it was killed. */
  readonly restart: () => Promise<NodeRedProcess>;
  /** As it was deployed last. */
  flow: TestFlow;
  /** A file that Node-RED reads by how many milliseconds its clock is off. */
  readonly clockFile: string;
  /** A small disk that holds the log; absent where none can be made. */
  readonly disk: string | undefined;
  readonly random: () => number;
}

const HOUR_MS = 3_600_000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Things that go wrong, each for a while. Every one leaves the world as it was. */
export const TROUBLES: Readonly<Record<string, (world: ChaosWorld) => Promise<void>>> = {
  "status 500": ({ endpoint, random }) => scripted(endpoint, { status: 500, times: 1 + pick(random, 4) }),
  "status 503 until a date": ({ endpoint }) =>
    scripted(endpoint, {
      status: 503,
      headers: { "retry-after": new Date(Date.now() + 2_000).toUTCString() },
    }),
  "status 500 of a full disk in a 400": ({ endpoint }) =>
    scripted(endpoint, { status: 400, body: { error: "partial write: write /x: no space left on device" } }),
  "a line's fault in a 500, as InfluxDB 2.0 has it": ({ endpoint }) =>
    scripted(endpoint, {
      ...{ status: 500, times: 100, when: (body) => body.includes("conflict,") },
      body: {
        code: "internal error",
        message: "unexpected: partial write: field type conflict: f dropped=1",
      },
    }),
  "a body that is too large": ({ endpoint }) => scripted(endpoint, { status: 413, body: "<html></html>" }),
  "status 429": ({ endpoint, random }) =>
    scripted(endpoint, { status: 429, headers: { "retry-after": String(pick(random, 3)) }, times: 2 }),
  "everything refused": ({ endpoint, random }) =>
    scripted(endpoint, { status: 400, body: { message: "no idea" }, times: 2 + pick(random, 12) }),
  "everything refused for long, then mended by a person": async (world) => {
    await scripted(world.endpoint, { status: 400, body: { message: "no idea" }, times: 1_000 }, 6_000);
    await order(world, "replay");
  },
  "a token that is refused, then mended by a person": async (world) => {
    await scripted(world.endpoint, { status: 401, body: { code: "unauthorized" }, times: 1_000 });
    await order(world, "replay");
  },
  "a captive portal": async (world) => {
    await scripted(world.endpoint, { status: 200, body: "<html><title>Log in</title></html>" });
    await order(world, "replay");
  },
  "a pause and a resume": async (world) => {
    await order(world, "pause");
    await wait(2_000);
    await order(world, "resume");
  },
  "a slow server": ({ endpoint }) => scripted(endpoint, { delayMs: 1_500, times: 2 }, 4_000),
  "a hang": ({ endpoint }) => scripted(endpoint, { fault: "hang" }),
  "a reset": ({ endpoint, random }) => scripted(endpoint, { fault: "reset", times: 1 + pick(random, 3) }),
  "half an answer": ({ endpoint }) => scripted(endpoint, { status: 200, body: { a: 1 }, fault: "stall" }),
  "written, but answered with 500": ({ endpoint }) => scripted(endpoint, { status: 500, write: true }),
  "a server that is away": async ({ endpoint, random }) => {
    await endpoint.stop();
    await wait(1_000 + pick(random, 4_000));
    await endpoint.start();
  },
  "kill -9": (world) => kill(world),
  "kill -9 while dead letters are written": async (world) => {
    await order(world, "requeueRejected");
    await wait(pick(world.random, 1_000));
    await kill(world);
  },
  "a stop and a continue": async ({ nodeRed, random }) => {
    process.kill(nodeRed.pid, "SIGSTOP");
    await wait(500 + pick(random, 3_000));
    process.kill(nodeRed.pid, "SIGCONT");
  },
  "a clock that is set": async ({ clockFile, random }) => {
    writeFileSync(clockFile, String((random() < 0.5 ? -1 : 1) * HOUR_MS));
    await wait(3_000);
    writeFileSync(clockFile, "0");
  },
  "a clock that is set back, and kill -9": async (world) => {
    writeFileSync(world.clockFile, String(-HOUR_MS));
    await wait(1_000);
    await kill(world);
    await wait(2_000);
    writeFileSync(world.clockFile, "0");
  },
  "a full disk": async ({ disk, random }) => {
    if (!disk) return;
    const filler = join(disk, "filler");
    fill(filler);
    await wait(500 + pick(random, 2_000));
    rmSync(filler);
  },
  "no descriptors left": async ({ nodeRed, random }) => {
    const limit = (files: string) =>
      execFileSync("prlimit", ["--pid", String(nodeRed.pid), `--nofile=${files}:`], { stdio: "ignore" });
    limit("4");
    await wait(500 + pick(random, 1_500));
    limit("1024");
  },
  "a redeploy of the writer alone": (world) =>
    redeploy(world, "influx-batch-write", ({ random }) => ({ batchSize: 400 + pick(random, 200) })),
  "a redeploy of the buffer alone": (world) =>
    redeploy(world, "wal-buffer", ({ random }) => ({
      whenFull: random() < 0.5 ? "reject" : "drop-oldest",
      window: 4_000 + pick(random, 2_000),
    })),
  "a redeploy of the connection": (world) =>
    redeploy(world, "influx-config", ({ random }) => ({ timeout: 3 + pick(random, 3) })),
  "a full deploy": (world) => world.nodeRed.deploy(world.flow, "full"),
  "a requeue of dead letters": (world) => order(world, "requeueRejected"),
};

/** Lines in by HTTP, orders too; what the buffer tells goes to Node-RED's log. */
export function chaosFlow(directory: string): TestFlow {
  const flow = pipelineFlow("write-ahead", { wal: { directory, ackTimeout: 15, maxSizeMB: 32 } });
  const told = "node.log('TOLD ' + JSON.stringify({ topic: msg.topic, payload: msg.payload }));";
  const inTab = (id: string, type: string, wires: string[][], more: Record<string, unknown>) => ({
    ...{ id, type, z: "tab", wires },
    ...more,
  });
  return [
    ...flow.map((node) => ({
      ...node,
      ...(node.type === "wal-buffer" && { wires: [["write"], ["told-events"]] }),
      ...(node.type === "influx-config" && { timeout: 3 }),
    })),
    inTab("control", "http in", [["order"]], { url: "/control", method: "post" }),
    inTab("order", "function", [["wal"], ["answer"]], {
      outputs: 2,
      func: "return [{ topic: msg.payload.topic }, msg];",
    }),
    inTab("told-events", "function", [[]], { outputs: 1, func: told }),
  ];
}

/** Deals all troubles in a random order, over and over, so that none is left out by chance. */
export function* dealTroubles(random: () => number): Generator<string> {
  for (;;) {
    const names = Object.keys(TROUBLES);
    for (let left = names.length; left > 0; left--) yield names.splice(pick(random, left), 1)[0]!;
    yield CALM;
  }
}

/** Dealt after each round: nothing goes wrong for a while, so what is held up then is held up by itself. */
export const CALM = "calm";

/** An order to the buffer; lost when Node-RED cannot be reached just then. */
export async function order({ nodeRed }: ChaosWorld, control: Control): Promise<void> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ topic: CONTROL_TOPICS[control] }),
  };
  await nodeRed.request("/control", { ...init, signal: AbortSignal.timeout(3_000) }).catch(() => {});
}

/** Memory that a process holds, in megabytes. */
export function residentMB(pid: number): number {
  const [, kB = "0"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kB) / 1024;
}

/** Settings of Node-RED that make its clock follow a file. */
export function clockOf(file: string): string {
  return `clock: (() => {
    const { readFileSync } = require("node:fs");
    const real = Date.now.bind(Date);
    let off = 0;
    const look = () => { try { off = Number(readFileSync(${JSON.stringify(file)}, "utf8")) || 0; } catch {} };
    look();
    setInterval(look, 200).unref();
    Date.now = () => real() + off;
  })(),`;
}

/** A random whole number below a bound. */
export function pick(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

type Scripted = Parameters<InfluxEndpoint["script"]>[0];

async function scripted(endpoint: InfluxEndpoint, answer: Scripted, ms = 2_000): Promise<void> {
  const release = endpoint.script(answer);
  await wait(ms);
  release();
}

async function kill(world: ChaosWorld): Promise<void> {
  await world.nodeRed.stop("SIGKILL");
  world.nodeRed = await world.restart();
}

/** Deploys only the nodes of one type, with something changed in them, as the editor does it. */
async function redeploy(
  world: ChaosWorld,
  type: string,
  change: (world: ChaosWorld) => Record<string, unknown>,
): Promise<void> {
  const changed = change(world);
  world.flow = world.flow.map((node) => (node.type === type ? { ...node, ...changed } : node));
  await world.nodeRed.deploy(world.flow, "nodes");
}

/** Takes all the room that is left on a disk. */
function fill(file: string): void {
  for (let size = 1024 * 1024; size >= 512; size /= 2) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch {
      // Full: on with a smaller piece.
    }
  }
}
