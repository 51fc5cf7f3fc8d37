import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InfluxEndpoint } from "../../demo/simulators/influx/server";
import type { TestFlow } from "./helper";
import type { NodeRedProcess } from "./node-red";

/** What chaos acts on. */
export interface ChaosWorld {
  readonly endpoint: InfluxEndpoint;
  nodeRed: NodeRedProcess;
  /** Starts Node-RED again, after it was killed. */
  readonly restart: () => Promise<NodeRedProcess>;
  readonly flow: TestFlow;
  /** A file that Node-RED reads by how many milliseconds its clock is off. */
  readonly clockFile: string;
  /** A small disk that holds the log; absent where none can be made. */
  readonly disk: string | undefined;
  readonly random: () => number;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Things that go wrong, each for a while. Every one leaves the world as it was. */
export const TROUBLES: Readonly<Record<string, (world: ChaosWorld) => Promise<void>>> = {
  "status 500": ({ endpoint, random }) => scripted(endpoint, { status: 500, times: 1 + pick(random, 4) }),
  "status 500 of a full disk in a 400": ({ endpoint }) =>
    scripted(endpoint, { status: 400, body: { error: "partial write: write /x: no space left on device" } }),
  "status 429": ({ endpoint, random }) =>
    scripted(endpoint, { status: 429, headers: { "retry-after": String(pick(random, 3)) }, times: 2 }),
  "everything refused": ({ endpoint, random }) =>
    scripted(endpoint, { status: 400, body: { message: "no idea" }, times: 2 + pick(random, 12) }),
  "a hang": ({ endpoint }) => scripted(endpoint, { fault: "hang" }),
  "a reset": ({ endpoint, random }) => scripted(endpoint, { fault: "reset", times: 1 + pick(random, 3) }),
  "half an answer": ({ endpoint }) => scripted(endpoint, { status: 200, body: { a: 1 }, fault: "stall" }),
  "written, but answered with 500": ({ endpoint }) => scripted(endpoint, { status: 500, write: true }),
  "a server that is away": async ({ endpoint, random }) => {
    await endpoint.stop();
    await wait(1_000 + pick(random, 4_000));
    await endpoint.start();
  },
  "kill -9": async (world) => {
    await world.nodeRed.stop("SIGKILL");
    world.nodeRed = await world.restart();
  },
  "a stop and a continue": async ({ nodeRed, random }) => {
    process.kill(nodeRed.pid, "SIGSTOP");
    await wait(500 + pick(random, 3_000));
    process.kill(nodeRed.pid, "SIGCONT");
  },
  "a clock that is set": async ({ clockFile, random }) => {
    writeFileSync(clockFile, String((random() < 0.5 ? -1 : 1) * 3_600_000));
    await wait(3_000);
    writeFileSync(clockFile, "0");
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
  "a redeploy of the writer alone": ({ nodeRed, flow, random }) =>
    nodeRed.deploy(
      flow.map((node) =>
        node.type === "influx-batch-write" ? { ...node, batchSize: 400 + pick(random, 200) } : node,
      ),
      "nodes",
    ),
  "a requeue of dead letters": async ({ nodeRed }) => {
    await nodeRed.request("/control", { method: "POST", signal: AbortSignal.timeout(3_000) }).catch(() => {});
  },
};

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
    setInterval(() => { try { off = Number(readFileSync(${JSON.stringify(file)}, "utf8")) || 0; } catch {} }, 200).unref();
    Date.now = () => real() + off;
  })(),`;
}

export function pick(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

type Scripted = Parameters<InfluxEndpoint["script"]>[0];

async function scripted(endpoint: InfluxEndpoint, answer: Scripted): Promise<void> {
  const release = endpoint.script(answer);
  await wait(2_000);
  release();
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
