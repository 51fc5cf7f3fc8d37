import { readAnswer } from "../lib/line-protocol/answer";
import { Converter } from "../lib/line-protocol/converter";
import { checkSettings } from "../lib/line-protocol/settings";

/**
 * What it costs to turn rows into lines, against the least that any collector must do with them: `JSON.parse` of the same
 * answer, in the same run. CPU per row, garbage per row, and how the cost per row grows with the number of queues.
 *
 * Run: node --expose-gc --import tsx bench/conversion.ts
 */
const MEDIA = ["voice", "message"];
const METRICS = ["nOffered", "tAnswered", "tAbandon", "tWait", "tTalk", "tHeld", "tAcw", "tHandle"];
const START = Date.parse("2026-11-22T10:00:00.000Z");
const HALF_HOUR = 1_800_000;
const ROUNDS = 15;
const WARM_UP = 5;

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
  let [parse, convert, garbage, bytes] = [Infinity, Infinity, Infinity, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const parsing = cpuUs();
    const parsed = JSON.parse(text) as unknown[];
    const parsedUs = cpuUs() - parsing;
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const converting = cpuUs();
    const { lines } = await converter.convert(parsed, answer);
    const convertedUs = cpuUs() - converting;
    const grown = process.memoryUsage().heapUsed - heap;
    if (lines.length !== rows) throw new Error(`${lines.length} lines of ${rows} rows`);
    if (round < WARM_UP) continue;
    bytes = lines.reduce((sum, line) => sum + line.length, 0) / rows;
    parse = Math.min(parse, parsedUs / rows);
    convert = Math.min(convert, convertedUs / rows);
    // What was collected meanwhile is missing: a round without a collection tells the truth.
    if (grown > 0) garbage = Math.max(garbage === Infinity ? 0 : garbage, grown / rows);
  }
  console.log(
    `${name}: ${convert.toFixed(2)} us of CPU a row, JSON.parse ${parse.toFixed(2)} us: ${(convert / parse).toFixed(2)} times; ` +
      `${(garbage / 1000).toFixed(2)} KB allocated for a line of ${bytes.toFixed(0)} bytes`,
  );
  return convert;
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
