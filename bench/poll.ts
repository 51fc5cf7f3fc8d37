// How long a poll of 5,000 queues holds the event loop, and its time and memory. The rival is what one would write
// first: `fetch` of all in one request, and `response.json()`. Beside it a loop that does nothing but read as many rows
// in slices, and keep them: what it holds is the collection of what is read, which nobody who keeps rows can avoid.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { queueIds } from "./support/genesys-queues";
import { loopHeldMs, median } from "./support/measure";
import { clientOf, genesys, partsOf, QUEUE } from "./support/polling";
import { report } from "./support/report";

const QUEUES = 5_000;
const ROUNDS = 5;
const HALF_HOUR_MS = 1_800_000;
const QUEUES_AN_ANSWER = 100;
const SLICE_MS = 4;
/** How a row begins in the answers of the server. */
const ROW = '{"group":';

interface Measured {
  readonly ms: number;
  readonly mb: number;
  readonly heldMs: number;
}

async function measure(work: () => Promise<unknown>): Promise<Measured> {
  globalThis.gc?.();
  const inUse = () => {
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const base = inUse();
  let peak = 0;
  const look = () => (peak = Math.max(peak, inUse()));
  const timer = setInterval(look, 1);
  const started = performance.now();
  const heldMs = await loopHeldMs(work);
  const ms = performance.now() - started;
  look();
  clearInterval(timer);
  return { ms, mb: peak - base, heldMs };
}

async function rounds(work: () => Promise<unknown>): Promise<Measured> {
  await work();
  const found: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) found.push(await measure(work));
  const middle = (of: keyof Measured) => median(found.map((one) => one[of]));
  return { ms: middle("ms"), mb: middle("mb"), heldMs: middle("heldMs") };
}

/** Reads each row with a `JSON.parse` of its own, from answers of 100 queues, and lets others in every 4 ms. */
async function readInSlices(url: string, interval: string): Promise<unknown> {
  const kept: unknown[] = [];
  for (let first = 0; first < QUEUES; first += QUEUES_AN_ANSWER) {
    const response = await fetch(`${url}/api/v2/analytics/conversations/aggregates/query`, {
      method: "POST",
      body: JSON.stringify({ interval, filter: queueIds(first, QUEUES_AN_ANSWER) }),
    });
    const text = await response.text();
    let since = performance.now();
    for (let from = text.indexOf(ROW); from >= 0;) {
      const next = text.indexOf(ROW, from + 1);
      const end = next < 0 ? text.lastIndexOf("]") : next - 1;
      kept.push(JSON.parse(text.slice(from, end)));
      from = next;
      if (performance.now() - since < SLICE_MS) continue;
      await new Promise(setImmediate);
      since = performance.now();
    }
  }
  return kept;
}

report(async () => {
  const child = fork(join(__dirname, "support/genesys-server.ts"), [String(QUEUES)], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [url] = (await once(createInterface(child.stdout!), "line")) as [string];
  const client = clientOf({ url });
  const poller = genesys.queuePoller({ ...QUEUE, query: "aggregates" }, partsOf(client));
  const ours = await rounds(() => poller.poll({}, () => undefined));
  const start = Math.floor(Date.now() / HALF_HOUR_MS) * HALF_HOUR_MS;
  const interval = [start - 2 * HALF_HOUR_MS, start + HALF_HOUR_MS]
    .map((time) => new Date(time).toISOString())
    .join("/");
  const rival = await rounds(async () => {
    const response = await fetch(`${url}/api/v2/analytics/conversations/aggregates/query`, {
      method: "POST",
      body: JSON.stringify({ interval }),
    });
    return response.json();
  });
  const loop = await rounds(() => readInSlices(url, interval));
  await client.close();
  child.disconnect();
  const seen = ({ ms, mb, heldMs }: Measured) =>
    `${(ms / 1_000).toFixed(1)} s, ${mb.toFixed(0)} MB, ${heldMs.toFixed(0)} ms`;
  return [
    {
      work: "poll of 5,000 queues",
      rival: "`fetch`, one request, `response.json()`",
      figures: [{ of: "event loop held", value: ours.heldMs, unit: "ms", atMost: 15 }],
      seen: `${seen(ours)}; ${seen(rival)}; a bare loop in slices ${seen(loop)}`,
    },
  ];
});
