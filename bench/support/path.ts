import { resolve } from "node:path";
import { tutorialRows } from "./answers";
import { type Figures, median } from "./measure";
import { type Flow, FlowProcess } from "./node-red";
import { PEER_NAME, peerFolder } from "./peer";
import type { Figure, Row } from "./report";
import { withSink } from "./sink";

/** Flows that do the same work, and how often each is to be fed for about a second. */
interface Race {
  readonly ours: Flow;
  readonly peer: Flow;
  /** A function node that does the least; it shows what the machine gives, and is fed as often as `ours`. */
  readonly least?: Flow;
  readonly times: { readonly ours: number; readonly peer: number };
}

const ROUNDS = 7;
/** So many rounds belong to V8's compiler: it goes on making code faster for seconds, and a Node-RED runs for weeks. */
const WARM_UP = 5;

/** Feeds all flows in turns; each runs in a Node-RED of its own process. */
export async function race(work: string, wanted: { lines: number; cpu: number }, flows: Race): Promise<Row> {
  const ours = await FlowProcess.start(flows.ours);
  const peer = await FlowProcess.start(flows.peer);
  const least = flows.least && (await FlowProcess.start(flows.least));
  const warmUp = async (flow: FlowProcess | undefined, times: number) => flow?.run(times * WARM_UP);
  await warmUp(ours, flows.times.ours);
  await warmUp(peer, flows.times.peer);
  await warmUp(least, flows.times.ours);
  const rounds: { ours: Figures; peer: Figures; least: Figures | undefined }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      ours: await ours.run(flows.times.ours),
      peer: await peer.run(flows.times.peer),
      least: await least?.run(flows.times.ours),
    });
  }
  await Promise.all([ours.close(), peer.close(), least?.close()]);
  const middle = (of: (round: (typeof rounds)[number]) => number) => median(rounds.map(of));
  const seen = (who: "ours" | "peer") =>
    `${Math.round(middle((round) => round[who].linesPerS) / 1_000)}k lines/s at ${middle((round) => round[who].cpuUsPerLine).toFixed(1)} µs`;
  const figures: Figure[] = [
    { of: "lines/s", value: middle((r) => r.ours.linesPerS / r.peer.linesPerS), atLeast: wanted.lines },
    { of: "CPU", value: middle((r) => r.peer.cpuUsPerLine / r.ours.cpuUsPerLine), atLeast: wanted.cpu },
  ];
  const limit = least
    ? `; a function node without checks: lines/s ${middle((r) => r.least!.linesPerS / r.peer.linesPerS).toFixed(2)}, CPU ${middle((r) => r.peer.cpuUsPerLine / r.least!.cpuUsPerLine).toFixed(2)}`
    : "";
  return { work, rival: PEER_NAME, figures, seen: `${seen("ours")}; ${seen("peer")}${limit}` };
}

/** The package's own path, by its options. */
export interface Way {
  readonly gzip: boolean;
  readonly buffered: boolean;
  /** Lines of a request; as a new node has it. */
  readonly batchSize?: number;
}

const ROWS = 500;
const MESSAGES = 40;
const UNDER_WAY = 16;

/** Runs the whole path, from an answer's text to its confirmation: messages of 500 rows, read by a function node. */
export async function wholePath(
  work: string,
  wanted: { lines: number; cpu: number },
  way: Way,
): Promise<Row> {
  const messages = Array.from({ length: MESSAGES }, (_, n) => ({ payload: tutorialRows(ROWS, n).text }));
  const feed = { messages, lines: MESSAGES * ROWS, underWay: UNDER_WAY };
  return withSink(0, (url) =>
    race(work, wanted, {
      ours: ours(url, feed, way, [
        { ...FUNCTION, func: "msg.payload = JSON.parse(msg.payload); return msg;", wires: [["convert"]] },
        { ...NODE, id: "convert", type: "genesys-to-lineprotocol", environment: "production" },
      ]),
      peer: peer(url, feed, [{ ...FUNCTION, func: POINTS, wires: [["w"]] }]),
      least: {
        ...{ ...feed, credentials: {}, packages: [] },
        nodes: [{ ...FUNCTION, func: leastOf(url, way.gzip), wires: [["out"]] }, OUT],
      },
      times: { ours: 10, peer: 4 },
    }),
  );
}

type Feed = Pick<Flow, "messages" | "lines" | "underWay">;

const NODE = { z: "tab" };
const FUNCTION = { ...NODE, id: "in", type: "function", outputs: 1, libs: [] };
const OUT = { ...NODE, id: "out", type: "debug", active: false, wires: [] };

/** A function node as one would write it for the rival. */
const POINTS = `
msg.payload = JSON.parse(msg.payload).map((row) => ({
  measurement: "genesys_queue",
  tags: { env: "production", queueId: row.queueId },
  fields: {
    answered: row.answered + "i",
    abandoned: row.abandoned + "i",
    offered: row.offered + "i",
    waitTime: row.waitTime,
  },
  timestamp: new Date(row.intervalEnd),
}));
return msg;`;

/** A function node that makes text of rows and posts it: no checks, no batches, no outcome but that of the request. */
function leastOf(url: string, gzip: boolean): string {
  return `
const { http, zlib } = global.get("modules");
if (!context.agent) context.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let text = "";
for (const row of JSON.parse(msg.payload)) {
  text += "genesys_queue,env=production,queueId=" + row.queueId + " abandoned=" + row.abandoned + "i,answered=" +
    row.answered + "i,offered=" + row.offered + "i,waitTime=" + row.waitTime + " " + Date.parse(row.intervalEnd) + "000000\\n";
}
const post = (body, headers) => {
  const options = { method: "POST", agent: context.agent, headers: { authorization: "Token t", ...headers } };
  const request = http.request("${url}/api/v2/write?org=o&bucket=b&precision=ns", options, (response) => {
    response.resume().on("end", () => { node.send(msg); node.done(); });
  });
  request.on("error", (error) => node.error(error, msg));
  request.end(body);
};
if (${gzip}) zlib.gzip(text, { level: 1 }, (error, body) => post(body, { "content-encoding": "gzip" }));
else post(text, {});`;
}

/** The package's flow. @param front nodes before buffer or writer; the last one is wired to them here */
export function ours(
  url: string,
  feed: Feed,
  { gzip, buffered, batchSize = 500 }: Way,
  front: readonly object[] = [],
): Flow {
  const writer = front.length === 0 && !buffered ? "in" : "w";
  const buffer = front.length === 0 ? "in" : "wal";
  const back = buffered ? [buffer] : [];
  const last = front.length - 1;
  return {
    ...feed,
    nodes: [
      { id: "db", type: "influx-config", url, org: "o", bucket: "b" },
      ...front.map((node, at) => (at === last ? { ...node, wires: [[buffered ? buffer : writer]] } : node)),
      {
        ...NODE,
        id: buffered ? buffer : "unused",
        type: "wal-buffer",
        sync: "always",
        wires: [[writer], []],
      },
      {
        ...{ ...NODE, id: writer, type: "influx-batch-write", influx: "db" },
        ...{ batchSize, flushInterval: 0.05, gzip, wires: buffered ? [back, back, back] : [["out"]] },
      },
      OUT,
    ],
    credentials: { db: { token: "t" } },
    packages: [resolve(__dirname, "../..")],
    ...(buffered && { buffer }),
  };
}

/** The rival compresses every body of more than 1,000 bytes, at level 6; nothing turns that off. */
export function peer(url: string, feed: Feed, front: readonly object[] = []): Flow {
  return {
    ...feed,
    nodes: [
      { id: "db", type: "influxdb", url, influxdbVersion: "2.0", rejectUnauthorized: false, timeout: 10 },
      ...front,
      {
        ...{ ...NODE, id: front.length > 0 ? "w" : "in", type: "influxdb batch", influxdb: "db" },
        ...{ org: "o", bucket: "b", precisionV18FluxV20: "ms", wires: [] },
      },
      { ...NODE, id: "done", type: "complete", scope: [front.length > 0 ? "w" : "in"], wires: [["out"]] },
      OUT,
    ],
    credentials: { db: { token: "t" } },
    packages: [peerFolder()],
  };
}
