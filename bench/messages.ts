// Lines that are ready, one and fifty a message, against the usual InfluxDB nodes.
import { idOf } from "./support/answers";
import { ours, peer, race } from "./support/path";
import { report, type Row } from "./support/report";
import { withSink } from "./support/sink";

const LINES = 10_000;
const START_MS = 1_763_802_060_000;
const QUEUES = Array.from({ length: 200 }, (_, n) => idOf(n));

const line = (i: number) =>
  `genesys_queue,env=production,queueId=${QUEUES[i % 200]} answered=${i % 50}i,abandoned=1i,offered=${(i % 50) + 1}i,waitTime=${i / 8} ${START_MS + i}000000`;
const point = (i: number) => ({
  measurement: "genesys_queue",
  tags: { env: "production", queueId: QUEUES[i % 200] },
  fields: { answered: `${i % 50}i`, abandoned: "1i", offered: `${(i % 50) + 1}i`, waitTime: i / 8 },
  timestamp: START_MS + i,
});

/** Runs both flows. @param times how often all lines are sent in a round */
async function run(
  url: string,
  per: number,
  wanted: { lines: number; cpu: number },
  times: { ours: number; peer: number },
): Promise<Row> {
  const feed = <T>(make: (i: number) => T) => ({
    messages: Array.from({ length: LINES / per }, (_, n) => ({
      payload: Array.from({ length: per }, (_one, i) => make(n * per + i)),
    })),
    lines: LINES,
    // As many as fill two batches: a batch that is not full would wait.
    underWay: (2 * 500) / per,
  });
  return race(per === 1 ? "one line a message" : `${per} lines a message`, wanted, {
    ours: ours(url, feed(line), { gzip: true, buffered: false }),
    peer: peer(url, feed(point)),
    times,
  });
}

report(() =>
  withSink(0, async (url) => [
    await run(url, 1, { lines: 9.8, cpu: 8 }, { ours: 5, peer: 1 }),
    await run(url, 50, { lines: 5.9, cpu: 6 }, { ours: 20, peer: 3 }),
  ]),
);
