// One flow in a Node-RED of its own process: sends messages to it, as often as asked, and measures what they took.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import { dirname, join, resolve } from "node:path";
import * as zlib from "node:zlib";
import RED from "node-red";
import { type Figures, measure } from "./measure";

/** A flow and its messages. */
export interface Flow {
  /** Nodes and config nodes; messages go to `in`, outcomes come to `out`. */
  readonly nodes: readonly object[];
  readonly credentials: Readonly<Record<string, Record<string, string>>>;
  /** Folders of the packages that have the nodes. */
  readonly packages: readonly string[];
  /** Each the properties of a message. */
  readonly messages: readonly object[];
  /** Lines of all the messages. */
  readonly lines: number;
  /** Messages that are handed over before the outcome of the first has come. */
  readonly underWay: number;
  /** Outcomes go back to this buffer, and are counted by their lines: it joins messages. Without it they go to `out`. */
  readonly buffer?: string;
}

/** A running flow. */
export class FlowProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts Node-RED with the flow. */
  static async start(flow: Flow): Promise<FlowProcess> {
    const child = fork(__filename, { execArgv: [...process.execArgv, ...profiled(flow)] });
    const running = new FlowProcess(child);
    await running.#ask(flow);
    return running;
  }

  /** Sends all messages, `times` over, and waits for all outcomes. */
  async run(times: number): Promise<Figures> {
    return (await this.#ask(times)) as Figures;
  }

  async close(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.disconnect();
    await exit;
  }

  async #ask(what: Flow | number): Promise<unknown> {
    const answer = Promise.race([
      once(this.#child, "message"),
      once(this.#child, "exit").then(([code]) => {
        throw new Error(`Node-RED ended with ${code}: see the log above`);
      }),
    ]);
    this.#child.send(what);
    return ((await answer) as unknown[])[0];
  }
}

/** BENCH_PROFILE=<folder>: a CPU profile of every flow's process. */
function profiled({ packages }: Flow): string[] {
  const folder = process.env["BENCH_PROFILE"];
  return folder
    ? ["--cpu-prof", `--cpu-prof-dir=${join(folder, packages.join("+").replaceAll("/", "_"))}`]
    : [];
}

let flow: Flow | undefined;
let userDir = "";

async function answer(what: Flow | number): Promise<unknown> {
  if (typeof what !== "number") {
    flow = what;
    await start(flow);
    return "started";
  }
  const { messages, lines } = flow!;
  const all = Array.from({ length: what }, () => messages).flat();
  return measure(lines * what, () => feed(flow!, all));
}

async function start({ nodes, credentials, packages }: Flow): Promise<void> {
  userDir = mkdtempSync(join(process.cwd(), ".bench-flow-"));
  for (const folder of packages) {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name: string };
    const link = join(userDir, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve(folder), link, "junction");
  }
  writeFileSync(join(userDir, "flows.json"), JSON.stringify([{ id: "tab", type: "tab" }, ...nodes]));
  writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify(credentials));
  RED.init(http.createServer(), {
    userDir,
    flowFile: "flows.json",
    credentialSecret: false,
    functionGlobalContext: { modules: { http, zlib } },
    disableEditor: true,
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: "error", metrics: false, audit: false } },
  } as never);
  const { events } = RED as unknown as { events: NodeJS.EventEmitter };
  const started = once(events, "flows:started");
  await RED.start();
  await started;
}

/** Hands over messages, so many at a time, and waits for all outcomes. */
async function feed(
  { lines: linesOfAll, messages: list, underWay, buffer }: Flow,
  messages: readonly object[],
): Promise<void> {
  const from = node("in");
  const each = buffer ? linesOfAll / list.length : 1;
  let [sent, done] = [0, 0];
  let finish = () => {};
  const finished = new Promise<void>((resolveDone) => (finish = resolveDone));
  const send = () => {
    while (sent < messages.length && sent * each - done < underWay * each)
      from.receive({ ...messages[sent++] });
  };
  const onInput = (msg: { influx?: { lines: number } }) => {
    done += buffer ? (msg.influx?.lines ?? 0) : 1;
    if (done >= messages.length * each) finish();
    else send();
  };
  // Counted on the way: a wire of its own would cost a copy of each message.
  const hooks = (RED as unknown as { hooks: Hooks }).hooks;
  hooks.add("onReceive.bench", ({ destination, msg }) => {
    if (destination.id === (buffer ?? "out") && (!buffer || msg.influx)) onInput(msg);
  });
  send();
  await finished;
  hooks.remove("*.bench");
}

interface Hooks {
  add(
    name: string,
    hook: (event: { destination: { id: string }; msg: { influx?: { lines: number } } }) => void,
  ): void;
  remove(name: string): void;
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

async function stop(): Promise<void> {
  await RED.stop();
  rmSync(userDir, { recursive: true, force: true });
  process.exit();
}

if (require.main === module) {
  process.on("message", (what) => {
    answer(what as Flow | number).then(
      (found) => process.send?.(found),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on("disconnect", () => void stop());
}
