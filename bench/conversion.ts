import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Answer from "../lib/line-protocol/answer";
import type * as Conversion from "../lib/line-protocol/converter";
import type * as Settings from "../lib/line-protocol/settings";

/** What is published: code that is made from TypeScript on the way is slower, as each import goes through a getter. */
const built = createRequire(join(__dirname, "../dist/lib/line-protocol/"));
const { readAnswer } = built("./answer.js") as typeof Answer;
const { Converter } = built("./converter.js") as typeof Conversion;
const { checkSettings } = built("./settings.js") as typeof Settings;

/**
 * What it costs to turn rows into lines, against the least that any collector must do with them: `JSON.parse` of the same
 * answer, in the same run. CPU per row, garbage per row, and how the cost per row grows with the number of queues.
 *
 * Run: npm run build && node --expose-gc --max-semi-space-size=256 --import tsx bench/conversion.ts
 */
const MEDIA = ["voice", "message"];
const METRICS = ["nOffered", "tAnswered", "tAbandon", "tWait", "tTalk", "tHeld", "tAcw", "tHandle"];
const START = Date.parse("2026-11-22T10:00:00.000Z");
const HALF_HOUR = 1_800_000;
const WARM_UP_MS = 3_000;
const MEASURED_MS = 3_000;

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly rows: number;
  readonly text: string;
}

function queueId(n: number): string {
  return `1d1af111-b11c-11f1-b111-${String(n).padStart(12, "0")}`;
}

function tutorial(queues: number): Case {
  const rows = Array.from({ length: queues }, (_, n) => ({
    queueId: queueId(n),
    waitTime: Math.round(n * 12.34) / 100,
    answered: n % 50,
    abandoned: n % 7,
    offered: (n % 50) + (n % 7),
    intervalEnd: "2026-11-22T10:28:00Z",
  }));
  return {
    name: `tutorial rows, ${queues} queues`,
    kind: "queue-details",
    rows: queues,
    text: JSON.stringify(rows),
  };
}

function aggregates(queues: number): Case {
  const buckets = [0, 1, 2].map((i) => [START + i * HALF_HOUR, START + (i + 1) * HALF_HOUR]);
  const rows = Array.from({ length: queues * MEDIA.length }, (_, n) => ({
    group: { queueId: queueId(n >> 1), mediaType: MEDIA[n % 2], queueName: `Queue ${n >> 1}` },
    data: buckets.map(([start = 0, end = 0]) => ({
      interval: `${new Date(start).toISOString()}/${new Date(end).toISOString()}`,
      metrics: METRICS.map((metric) => ({
        metric,
        stats: metric.startsWith("n")
          ? { count: n % 50 }
          : { max: 73_342 + n, min: 2306, count: n % 50, sum: 110_554 + n },
      })),
    })),
  }));
  const lines = rows.length * buckets.length;
  return {
    name: `aggregate rows, ${queues} queues`,
    kind: "queue-aggregates",
    rows: lines,
    text: JSON.stringify(rows),
  };
}

async function run({ name, kind, rows, text }: Case): Promise<number> {
  const answer = readAnswer({ kind, environment: "production", granularity: "PT30M" }, START, "");
  const converter = new Converter(checkSettings({}));
  const [parse, convert, garbage]: number[][] = [[], [], []];
  let bytes = 0;
  const start = performance.now();
  while (performance.now() - start < WARM_UP_MS + MEASURED_MS || convert!.length < 3) {
    const parsing = cpuUs();
    let parsed: unknown[] = [];
    // Small answers several times: the clock of CPU time is coarse.
    const times = Math.ceil(20_000 / rows);
    for (let i = 0; i < times; i++) parsed = JSON.parse(text) as unknown[];
    const parsedUs = cpuUs() - parsing;
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const converting = cpuUs();
    let lines: string[] = [];
    for (let i = 0; i < times; i++) ({ lines } = await converter.convert(parsed, answer));
    const convertedUs = cpuUs() - converting;
    const grown = process.memoryUsage().heapUsed - heap;
    if (lines.length !== rows) throw new Error(`${lines.length} lines of ${rows} rows`);
    if (performance.now() - start < WARM_UP_MS) continue;
    bytes = lines.reduce((sum, line) => sum + line.length, 0) / rows;
    parse!.push(parsedUs / rows / times);
    convert!.push(convertedUs / rows / times);
    garbage!.push(grown / rows / times);
  }
  const cost = middle(convert!);
  console.log(
    `${name}: ${cost.toFixed(2)} us of CPU a row, JSON.parse ${middle(parse!).toFixed(2)} us: ` +
      `${(cost / middle(parse!)).toFixed(2)} times; ` +
      // What was collected meanwhile is missing: most were not.
      `${(Math.max(...garbage!) / 1000).toFixed(2)} KB allocated for a line of ${bytes.toFixed(0)} bytes`,
  );
  return cost;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function main(): Promise<void> {
  for (const make of [tutorial, aggregates]) {
    const small = await run(make(make === tutorial ? 1_000 : 100));
    const large = await run(make(make === tutorial ? 50_000 : 5_000));
    console.log(`  growth of the cost per row: ${(large / small).toFixed(2)}`);
  }
}

void main();
