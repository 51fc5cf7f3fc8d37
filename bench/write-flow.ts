// One flow in a Node-RED of its own process, for bench/write.ts: it is handed a list of messages, and tells what they took.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join, resolve } from "node:path";
import RED from "node-red";
import { type Figures, measure } from "./support/measure";

/** What the parent asks for. */
export interface FlowRun {
  /** Nodes and config nodes; messages go to `entry`, outcomes come to `out`. */
  readonly flow: readonly object[];
  readonly credentials: Readonly<Record<string, Record<string, string>>>;
  readonly entry: string;
  /** Folders of the packages that have the nodes. */
  readonly packages: readonly string[];
  /** Each a payload. */
  readonly payloads: readonly unknown[];
  readonly lines: number;
  /** Lines of an outcome; without it each message has one outcome. */
  readonly countLines?: boolean;
}

async function run(task: FlowRun): Promise<Figures> {
  const userDir = mkdtempSync(join(process.cwd(), ".bench-flow-"));
  try {
    await start(userDir, task);
    // The first time belongs to the compiler.
    const tenth = task.payloads.slice(0, Math.ceil(task.payloads.length / 10));
    await feed(task, tenth, (task.lines * tenth.length) / task.payloads.length);
    return await measure(task.lines, () => feed(task, task.payloads, task.lines));
  } finally {
    await RED.stop();
    rmSync(userDir, { recursive: true, force: true });
  }
}

async function start(userDir: string, { flow, credentials, packages }: FlowRun): Promise<void> {
  for (const folder of packages) {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name: string };
    const link = join(userDir, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve(folder), link, "junction");
  }
  writeFileSync(join(userDir, "flows.json"), JSON.stringify([{ id: "tab", type: "tab" }, ...flow]));
  writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify(credentials));
  RED.init(createServer(), {
    userDir,
    flowFile: "flows.json",
    credentialSecret: false,
    disableEditor: true,
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: "error", metrics: false, audit: false } },
  } as never);
  const started = new Promise<void>((resolveStarted) => {
    (RED as unknown as { events: NodeJS.EventEmitter }).events.once("flows:started", () => resolveStarted());
  });
  await RED.start();
  await started;
}

/** Sends the payloads, with a turn of the event loop for every 20, and waits for all outcomes. */
async function feed(
  { entry, countLines }: FlowRun,
  payloads: readonly unknown[],
  lines: number,
): Promise<void> {
  const [from, to] = [node(entry), node("out")];
  let left = countLines ? lines : payloads.length;
  let finish = () => {};
  const done = new Promise<void>((resolveDone) => (finish = resolveDone));
  const onInput = (msg: { influx?: { lines: number } }) => {
    left -= countLines ? (msg.influx?.lines ?? 0) : 1;
    if (left <= 0) finish();
  };
  to.on("input", onInput);
  for (const [index, payload] of payloads.entries()) {
    from.receive({ payload });
    if (index % 20 === 19) await new Promise((next) => setImmediate(next));
  }
  await done;
  to.removeListener("input", onInput);
}

interface LiveNode extends NodeJS.EventEmitter {
  receive(msg: object): void;
}

function node(id: string): LiveNode {
  const nodes = RED.nodes as unknown as { getNode(id: string): LiveNode | null };
  const found = nodes.getNode(id);
  if (!found) throw new Error(`the flow has no node ${id}: see the log above`);
  return found;
}

process.on("message", (task) => {
  void run(task as FlowRun)
    .then((figures) => process.send?.(figures))
    .catch((error: unknown) => console.error(error))
    .finally(() => process.disconnect());
});
