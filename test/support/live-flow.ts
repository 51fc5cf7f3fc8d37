import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type ParsedPoint, parseBody } from "../../demo/simulators/influx/parser";
import { Directory } from "../../lib/genesys/names/directory";
import { Notices } from "../../lib/genesys/notices";
import { type LiveChoice, pushSource } from "../../lib/genesys/push/push-source";
import { convertRows } from "./convert-rows";
import { environmentOf } from "./environment";
import { clientAt } from "./genesys-client";
import { LIVE_CHOICE } from "./live";
import type { LiveNews, LiveOrganisationOptions, LiveWord, Mark } from "./live-organisation";
import { NodeRedProcess, type NodeRedOptions } from "./node-red";

const root = join(__dirname, "../..");
/** The example as it is delivered: two live nodes, `wal-buffer`, a writer that sends every second. */
const EXAMPLE = join(root, "examples/08 - Live by push.json");
/** Times of points are whole seconds. */
const ALIGN_MS = 1_000;

/** A store that takes lines: a simulator, or a real server. */
export interface LiveStore {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
}

type Fields = ReadonlyMap<string, string>;

/**
 * Runs the example of live state in a Node-RED of its own, between a store and a simulated Genesys Cloud in another
 * process, in which changes happen. Looks on the way at what the store has confirmed.
 */
export class LiveFlow {
  /** Milliseconds from what is marked to the confirmed write, by what they are counted from. */
  readonly waits: Record<Mark["of"], number[]> = { change: [], event: [] };
  /** What is stored last of each series, by measurement and tags. */
  readonly stored = new Map<string, Fields>();
  figures = { dropped: 0, events: 0 };
  points = 0;
  readonly #pending = new Map<string, Mark[]>();
  readonly #organisation: ChildProcess;
  readonly #started: Extract<LiveNews, { kind: "started" }>;
  readonly #tap: Server;
  readonly nodeRed: NodeRedProcess;
  readonly #rests = new EventEmitter();
  #resting = false;

  static async start(options: LiveOrganisationOptions, store: LiveStore): Promise<LiveFlow> {
    const file = join(__dirname, "live-organisation.ts");
    const organisation = fork(file, [JSON.stringify(options)], { execArgv: ["--import", "tsx"] });
    const [started] = (await once(organisation, "message")) as [Extract<LiveNews, { kind: "started" }>];
    let flow: LiveFlow | undefined;
    const tap = await tapOf(store, (points) => {
      if (flow) flow.#store(points);
    });
    const url = `http://127.0.0.1:${(tap.address() as AddressInfo).port}`;
    const flows = JSON.parse(readFileSync(EXAMPLE, "utf8")) as NonNullable<NodeRedOptions["flows"]>;
    const nodeRed = await NodeRedProcess.start({
      flows,
      env: environmentOf(started, { ...store, url }, "live", store.bucket),
    });
    return (flow = new LiveFlow(organisation, started, tap, nodeRed));
  }

  private constructor(
    organisation: ChildProcess,
    started: Extract<LiveNews, { kind: "started" }>,
    tap: Server,
    nodeRed: NodeRedProcess,
  ) {
    this.#organisation = organisation;
    this.#started = started;
    this.#tap = tap;
    this.nodeRed = nodeRed;
    organisation.on("message", (news: LiveNews) => this.#hear(news));
  }

  /** Waits until nothing happens any more, which lasts until {@link goOn}. */
  async rest(): Promise<void> {
    if (!this.#resting) await once(this.#rests, "rest");
  }

  goOn(): void {
    this.#resting = false;
    const word: LiveWord = "go on";
    this.#organisation.send(word);
  }

  /** Presses the button of the example. What was stored before counts no more: a snapshot sends every group. */
  async snapshot(): Promise<void> {
    this.stored.clear();
    const flows = JSON.parse(readFileSync(EXAMPLE, "utf8")) as { id: string; type: string }[];
    const button = flows.find(({ type }) => type === "inject")!;
    await this.nodeRed.request(`/inject/${button.id}`, { method: "POST" });
  }

  /**
   * Compares the store with what the service answers now: counts and statuses that differ, or have ended. Ages count as
   * there or not.
   */
  async differences(): Promise<string[]> {
    const truth = new Map<string, Fields>();
    for (const source of ["queues", "agents"] as const) {
      for (const [key, fields] of await this.#truth({ ...LIVE_CHOICE, source })) truth.set(key, fields);
    }
    const differences: string[] = [];
    for (const [key, fields] of this.stored) {
      const now = truth.get(key);
      for (const [name, value] of fields) {
        const right = now?.get(name) ?? "0";
        if (figure(name, value) !== figure(name, right))
          differences.push(`${key} ${name}=${value}, ${right}`);
      }
    }
    for (const key of truth.keys()) if (!this.stored.has(key)) differences.push(`${key} is missing`);
    return differences;
  }

  async close(): Promise<void> {
    await this.nodeRed.dispose();
    const ended = once(this.#organisation, "exit");
    this.#organisation.kill();
    await ended;
    this.#tap.closeAllConnections();
    this.#tap.close();
  }

  async #truth(choice: LiveChoice): Promise<Map<string, Fields>> {
    const client = clientAt(this.#started);
    const notices = new Notices(
      () => {},
      () => {},
    );
    try {
      const source = pushSource(choice, { client, directory: new Directory(client), notices });
      const { rows, mappings, presences } = await source.ask(undefined, {});
      const polledAt = new Date().toISOString();
      const info = { kind: source.kind, mappings, presences, polledAt, complete: true, environment: "live" };
      const { lines } = await convertRows(rows, { ...info, metrics: source.metrics() });
      const { points } = parseBody(lines.join("\n"), "ns", 0n);
      return new Map(points.map((point) => [seriesOf(point), fieldsOf(point)]));
    } finally {
      await client.close();
    }
  }

  #hear(news: LiveNews): void {
    switch (news.kind) {
      case "marks":
        for (const mark of news.marks) {
          const pending = this.#pending.get(mark.key);
          if (pending) pending.push(mark);
          else this.#pending.set(mark.key, [mark]);
        }
        return;
      case "rest":
        this.#resting = true;
        this.#rests.emit("rest");
        return;
      case "figures":
        this.figures = news;
        return;
      case "started":
    }
  }

  #store(points: readonly ParsedPoint[]): void {
    const now = Date.now();
    this.points += points.length;
    for (const point of points) {
      const fields = fieldsOf(point);
      this.stored.set(seriesOf(point), fields);
      const shown = shownBy(point, fields);
      const pending = shown && this.#pending.get(shown.key);
      if (!pending) continue;
      const left = pending.filter((mark) => {
        const arrived = mark.value <= shown.value;
        if (arrived) this.waits[mark.of].push(now - mark.at);
        return !arrived;
      });
      this.#pending.set(shown.key, left);
    }
  }
}

/** What a point shows of marks. */
function shownBy(
  { tags, timestampNs }: ParsedPoint,
  fields: Fields,
): { key: string; value: number } | undefined {
  const tag = new Map(tags);
  const user = tag.get("userId");
  if (user) {
    const age = Number(fields.get("routingStatusSeconds")) * 1_000;
    return { key: user, value: Number(timestampNs / 1_000_000n) - age + ALIGN_MS };
  }
  const media = tag.get("mediaType");
  return media === undefined
    ? undefined
    : { key: `${tag.get("queueId")}/${media}`, value: Number(fields.get("oWaiting")) };
}

function seriesOf({ measurement, tags }: ParsedPoint): string {
  return [measurement, ...tags.map((tag) => tag.join("="))].join(",");
}

function fieldsOf({ fields }: ParsedPoint): Fields {
  return new Map(fields.map(([name, { value }]) => [name, String(value)]));
}

function figure(name: string, value: string): string {
  if (name.endsWith("Name") || name === "presence") return "";
  if (name.endsWith("Seconds")) return String(Number(value) > 0);
  return value;
}

/** Hands every write on to the store, and reports what it confirmed. */
async function tapOf(store: LiveStore, onStored: (points: ParsedPoint[]) => void): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const onward = request(new URL(incoming.url ?? "/", store.url), {
        method: incoming.method,
        headers: { ...incoming.headers, host: new URL(store.url).host },
      });
      onward.on("response", (answer) => {
        if (answer.statusCode === 204 && incoming.url?.startsWith("/api/v2/write")) {
          const text = incoming.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
          onStored(parseBody(text.toString(), "ns", 0n).points);
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on("error", () => outgoing.destroy());
      onward.end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
