import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startGenesysSimulator } from "../demo/simulators/genesys/server";
import { Client, Directory, agentPoller, endpoints, Notices, queuePoller } from "../lib/genesys";

/**
 * What polling costs: requests per cycle of a middle-sized organisation, and time, memory and the longest hold-up of
 * the event loop for a poll of 5,000 queues. The rival is what one would write first: `fetch`, everything in one
 * request, `response.json()`.
 *
 * Run: node --expose-gc --import tsx bench/genesys.ts
 */
const QUEUES = 5_000;
const times = { granularity: "", lookback: 2, maxBackfill: 24 };
const queue = { queues: [], mediaTypes: [], metrics: [], groupBy: [], ...times };
const agent = { agents: [], queues: [], ...times };

const partsOf = (client: Client) => ({
  config: { client, directory: new Directory(client) },
  notices: new Notices(console.warn, () => undefined),
  checkpoint: () => undefined,
});

async function callsPerCycle(): Promise<void> {
  const simulator = await startGenesysSimulator({ queues: 200, agents: 500 });
  const { clientId, clientSecret } = simulator;
  const client = new Client({
    ...endpoints({ baseUrl: simulator.url }),
    clientId,
    clientSecret,
    timeoutMs: 30_000,
  });
  const parts = partsOf(client);
  const pollers = {
    "queues by interval": queuePoller({ ...queue, query: "aggregates" }, parts),
    "queues live": queuePoller({ ...queue, query: "observations" }, parts),
    "agents live": agentPoller({ ...agent, query: "activity" }, parts),
    "agents by interval": agentPoller({ ...agent, query: "aggregates" }, parts),
  };
  const cycle = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const [name, poller] of Object.entries(pollers)) {
      const before = simulator.requests.length;
      await poller.poll({}, () => undefined);
      counts[name] = simulator.requests.length - before;
    }
    return counts;
  };
  const first = await cycle();
  const later = await cycle();
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  console.log("requests per cycle, 200 queues + 500 agents:", later, "in all", sum(later));
  console.log(
    `first cycle, with token and names: ${sum(first)}; at 30 s: ${sum(later) * 2} per minute of 300`,
  );
  await client.close();
  await simulator.close();
}

interface Measured {
  readonly ms: number;
  readonly mb: number;
  readonly block: number;
}

/**
 * Runs `work` and measures its time, the most memory in use, and the longest time that the event loop was held.
 * The last is, between two turns of the loop, the smaller of CPU time (which counts helper threads as well) and time on
 * the clock (which counts other processes as well): each is an upper bound.
 */
async function measure(name: string, work: () => Promise<number>): Promise<Measured> {
  await work();
  globalThis.gc?.();
  const inUse = () => {
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const base = inUse();
  let [peak, block] = [0, 0];
  let [turn, turnedAt] = [process.cpuUsage(), performance.now()];
  const look = () => {
    const { user, system } = process.cpuUsage(turn);
    const now = performance.now();
    block = Math.max(block, Math.min((user + system) / 1e3, now - turnedAt));
    [turn, turnedAt] = [process.cpuUsage(), now];
    peak = Math.max(peak, inUse());
  };
  const timer = setInterval(look, 1);
  const started = performance.now();
  const rows = await work();
  const ms = performance.now() - started;
  look();
  clearInterval(timer);
  const mb = peak - base;
  console.log(
    `${name}: ${rows} rows in ${ms.toFixed(0)} ms, ${mb.toFixed(0)} MB above the start, event loop held ${block.toFixed(0)} ms at most`,
  );
  return { ms, mb, block };
}

async function largePoll(): Promise<void> {
  const child = fork(join(__dirname, "support/genesys-server.ts"), [String(QUEUES)], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [url] = (await once(createInterface(child.stdout!), "line")) as [string];
  const client = new Client({
    ...endpoints({ baseUrl: url }),
    clientId: "id",
    clientSecret: "secret",
    timeoutMs: 30_000,
  });
  const poller = queuePoller({ ...queue, query: "aggregates" }, partsOf(client));
  const ours = await measure(`poll of ${QUEUES} queues`, async () => {
    let rows = 0;
    await poller.poll({}, (answer) => (rows += answer.rows.length));
    return rows;
  });
  const start = Math.floor(Date.now() / 1_800_000) * 1_800_000;
  const interval = [start - 3_600_000, start + 1_800_000]
    .map((time) => new Date(time).toISOString())
    .join("/");
  const rival = await measure("rival: fetch, one request", async () => {
    const response = await fetch(`${url}/api/v2/analytics/conversations/aggregates/query`, {
      method: "POST",
      body: JSON.stringify({ interval }),
    });
    return ((await response.json()) as { results: unknown[] }).results.length;
  });
  const ratio = (key: keyof typeof ours) => (ours[key] / rival[key]).toFixed(2);
  console.log(`ours / rival: time ${ratio("ms")}, memory ${ratio("mb")}, hold-up ${ratio("block")}`);
  await client.close();
  child.disconnect();
}

void callsPerCycle().then(largePoll);
