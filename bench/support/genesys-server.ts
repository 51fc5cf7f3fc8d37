import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { DEFAULT_CONVERSATION_METRICS } from "../../lib/genesys/metrics/catalogue";
import { queueIds } from "./genesys-queues";

/**
 * An API that costs next to nothing itself: answers of the real shape and size for any number of queues, two media
 * types each, from a process of its own. Prints its URL.
 */
const queues = Number(process.argv[2] ?? 5_000);
const ids = queueIds(0, queues);
/** Answers by what was asked, so that making them takes no time from whoever asks the same again. */
const answers = new Map<string, Buffer>();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://server");
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const asked = Buffer.concat(chunks).toString();
    const key = `${request.url} ${asked}`;
    const body = answers.get(key) ?? gzipSync(JSON.stringify(answerTo(url, asked)), { level: 1 });
    answers.set(key, body);
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on("disconnect", () => process.exit());

function answerTo(url: URL, body: string): unknown {
  if (url.pathname === "/oauth/token") return { access_token: "bench", expires_in: 86_399 };
  if (url.pathname.endsWith("/routing/queues")) {
    const [size, number] = [
      Number(url.searchParams.get("pageSize")),
      Number(url.searchParams.get("pageNumber")),
    ];
    const entities = ids
      .slice((number - 1) * size, number * size)
      .map((id, n) => ({ id, name: `Queue ${number}-${n}` }));
    return { entities, pageSize: size, pageNumber: number, pageCount: Math.ceil(queues / size) };
  }
  const query = JSON.parse(body) as { interval?: string; filter?: unknown };
  // The live query, by which a poll finds out which of its queues are answered at all.
  if (query.interval === undefined)
    return { results: queuesOf(query.filter).map((queueId) => ({ group: { queueId }, data: [] })) };
  const { interval } = query;
  return { results: queuesOf(query.filter).flatMap((queueId) => rowsOf(queueId, interval)) };
}

function queuesOf(filter: unknown): string[] {
  const values = JSON.stringify(filter ?? "").match(/1d1af111-b11c-11f1-b111-\d{12}/g);
  return values ?? ids;
}

function rowsOf(queueId: string, interval: string): unknown[] {
  const [from, to] = interval.split("/").map((time) => Date.parse(time)) as [number, number];
  const buckets: unknown[] = [];
  for (let start = from; start < to; start += 1_800_000) {
    const times = [start, start + 1_800_000].map((time) => new Date(time).toISOString());
    buckets.push({ interval: times.join("/"), metrics: DEFAULT_CONVERSATION_METRICS.map(metricOf) });
  }
  return ["voice", "message"].map((mediaType) => ({ group: { mediaType, queueId }, data: buckets }));
}

function metricOf(metric: string): unknown {
  if (metric.startsWith("n")) return { metric, stats: { count: 12 } };
  if (metric === "oServiceTarget") return { metric, stats: { current: 0.8 } };
  if (metric.startsWith("o"))
    return { metric, stats: { ratio: 0.6363636363636364, numerator: 7, denominator: 11, target: 0.8 } };
  return { metric, stats: { max: 73_342, min: 2_306, count: 9, sum: 110_554 } };
}
