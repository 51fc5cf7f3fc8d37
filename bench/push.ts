// Live state of 5,000 queues and 10,000 agents: channels, requests, memory, and how long the event loop is held, with
// rows turned into lines as the nodes do it. The service is a process of its own with so many events a second.
// `npm run build && node --expose-gc --import tsx bench/push.ts [seconds] [queues] [agents] [events a second]`
import { fork } from "node:child_process";
import { once } from "node:events";
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
  const started = Date.now();
  const held = (what: string) => {
    const reports = lives.map(({ report }) => `${report.covered}/${report.wanted} on ${report.openChannels}`);
    console.log(
      `${Math.round((Date.now() - started) / 1_000)} s, ${what}: pushed ${reports.join(", ")}; ${told.requests} requests, ${told.sent} events, ${lines} lines; ` +
        `${memoryMB() - before} MB above the start; event loop held ${Math.round(delay.max / 1e6)} ms at most, p99 ${Math.round(delay.percentile(99) / 1e6)} ms`,
    );
    delay.reset();
  };
  while (!lives.every(({ mode }) => mode === "live")) await pause(500);
  held("all live");
  for (let part = 0; part < 4; part++) {
    await pause((seconds / 4) * 1_000);
    held("events");
  }
  await Promise.all(lives.map((live) => live.snapshot()));
  await pause(5_000);
  held("a snapshot of all");
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
