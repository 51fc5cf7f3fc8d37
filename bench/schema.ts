import { monitorEventLoopDelay } from "node:perf_hooks";
import { readAnswer } from "../lib/line-protocol/answer";
import { convert } from "../lib/line-protocol/convert";
import { schemaOf } from "../lib/line-protocol/schema";

/**
 * How long rows of a large contact centre take to become lines, against the least that any collector must do with them,
 * `JSON.parse`, and how long the event loop stands still meanwhile. Run with `npx tsx bench/schema.ts`.
 */
const QUEUES = 5_000;
const MEDIA = ["voice", "message"];
const METRICS = ["nOffered", "tAnswered", "tAbandon", "tWait", "tTalk", "tHeld", "tAcw", "tHandle"];
const START = Date.parse("2026-11-22T10:00:00.000Z");
const HALF_HOUR = 1_800_000;

function answer(): object[] {
  const buckets = [0, 1, 2].map((i) => [START + i * HALF_HOUR, START + (i + 1) * HALF_HOUR]);
  return Array.from({ length: QUEUES * MEDIA.length }, (_, n) => ({
    group: {
      queueId: `1d1af111-b11c-11f1-b111-${String(n >> 1).padStart(12, "0")}`,
      mediaType: MEDIA[n % 2],
      queueName: `Queue ${n}`,
    },
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
}

async function main(): Promise<void> {
  const text = JSON.stringify({ results: answer() });
  const context = readAnswer({ kind: "queue-aggregates", environment: "production" }, START, "");
  const schema = schemaOf({});
  const delay = monitorEventLoopDelay({ resolution: 1 });
  console.log(
    `${QUEUES} queues, ${MEDIA.length} media types, 3 buckets, ${METRICS.length} metrics: ${(text.length / 1e6).toFixed(1)} MB of JSON`,
  );
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  delay.disable();
  console.log(`idle, for comparison: event loop held for ${(delay.max / 1e6).toFixed(0)} ms at most`);
  for (let round = 0; round < 5; round++) {
    const parse = cpuMs();
    const { results } = JSON.parse(text) as { results: object[] };
    const parsed = cpuMs() - parse;
    delay.reset();
    delay.enable();
    const start = cpuMs();
    const { lines } = await convert(results, schema, context);
    const converted = cpuMs() - start;
    delay.disable();
    console.log(
      `${lines.length} lines: ${converted.toFixed(0)} ms of CPU, ${(converted / parsed).toFixed(1)} times JSON.parse; ` +
        `event loop held for ${(delay.max / 1e6).toFixed(0)} ms at most`,
    );
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

void main();
