// Live state of 5,000 queues and 10,000 agents: channels, requests, memory, and how long the event loop is held, with
// rows turned into lines as the nodes do it. The service is a process of its own with so many events a second.
// `npm run build && node --expose-gc --import tsx bench/push.ts [seconds] [queues] [agents] [events a second]`
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { readAnswer } from "../lib/line-protocol/answer";
import { Converter } from "../lib/line-protocol/converter";
import { checkSettings } from "../lib/line-protocol/settings";
import { clientOf, genesys, partsOf, type ServerAddress } from "./support/polling";

const { Live, liveInfo, pushSource, Slots } = genesys;
const [seconds = 60, queues = 5_000, agents = 10_000, perSecond = 1_000] = process.argv.slice(2).map(Number);
const memoryMB = () => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e6);
};

/**
 * How long one turn of the loop works, by the CPU time of its thread (Linux): on a busy machine the loop is late because
 * others run as well.
 */
class OwnHolds {
  #last = cpuMs();
  #turns: number[] = [];

  constructor() {
    setInterval(() => {
      const now = cpuMs();
      this.#turns.push(now - this.#last);
      this.#last = now;
    }, 2).unref();
  }

  reset(): void {
    this.#turns = [];
    this.#last = cpuMs();
  }

  text(): string {
    const turns = this.#turns.sort((a, b) => b - a).map((ms) => Math.round(ms));
    const long = turns.filter((ms) => ms > 50).length;
    return `${turns[0] ?? 0} ms at most, p99.9 ${turns[Math.floor(turns.length / 1_000)] ?? 0} ms, over 50 ms: ${long} times`;
  }
}

function cpuMs(): number {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
  } catch {
    return NaN;
  }
}

async function main(): Promise<void> {
  const service = fork(join(__dirname, "push-service.ts"), [queues, agents, perSecond].map(String), {
    execArgv: ["--import", "tsx"],
  });
  const [address] = (await once(service, "message")) as [ServerAddress];
  let told = { sent: 0, requests: 0 };
  service.on("message", (figures: typeof told) => (told = figures));
  const before = memoryMB();
  const client = clientOf(address);
  const { config, notices } = partsOf(client);
  const environment = { environment: "bench", region: "custom" };
  let lines = 0;
  let work = Promise.resolve();
  const lives = (["queues", "agents"] as const).map((source) => {
    const choice = { source, queues: [], agents: [], mediaTypes: [], metrics: [], intervalTotals: false };
    const converter = new Converter(checkSettings({}));
    const convert = async (answer: Parameters<ConstructorParameters<typeof Live>[0]["onAnswer"]>[0]) => {
      const info = readAnswer(liveInfo(answer, environment), Date.now(), "");
      lines += (await converter.convert(answer.rows, info)).lines.length;
    };
    const live = new Live({
      ...{ client, notices, slots: Slots.of(client), emitEveryMs: 1_000, snapshotEveryMs: 300_000 },
      source: pushSource(choice, { ...config, notices }),
      onAnswer: (answer) => void (work = work.then(() => convert(answer))),
      onChange: () => {},
    });
    live.start();
    return live;
  });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const own = new OwnHolds();
  const started = Date.now();
  const held = async (what: string) => {
    const ms = (ns: number) => Math.round(ns / 1e6);
    const hold = `event loop held ${ms(delay.max)} ms at most, p99.9 ${ms(delay.percentile(99.9))}, p99 ${ms(delay.percentile(99))} ms; by its own work ${own.text()}`;
    const reports = lives.map(({ report }) => `${report.covered}/${report.wanted} on ${report.openChannels}`);
    const at = Math.round((Date.now() - started) / 1_000);
    // Collecting all garbage for the figure holds the loop as well, and is none of the product's doing.
    const memory = memoryMB() - before;
    await pause(100);
    delay.reset();
    own.reset();
    console.log(
      `${at} s, ${what}: pushed ${reports.join(", ")}; ${told.requests} requests, ${told.sent} events, ${lines} lines; ${memory} MB above the start; ${hold}`,
    );
  };
  while (!lives.every(({ mode }) => mode === "live")) await pause(500);
  await held("all live");
  for (let part = 0; part < 4; part++) {
    await pause((seconds / 4) * 1_000);
    await held("events");
  }
  await Promise.all(lives.map((live) => live.snapshot()));
  await pause(5_000);
  await held("a snapshot of all");
  console.log(lives.map(({ report }) => JSON.stringify(report)).join("\n"));
  await Promise.all(lives.map((live) => live.close()));
  await client.close();
  service.kill();
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
