import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FlowNode } from "../../demo/examples/flow";
import { INFLUX_ID } from "../../demo/examples/flow";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { eventually, freePort, NodeRedProcess } from "../support/node-red";
import { Gate } from "./gate";

/** Folder of the brokers' programs (`.ci/brokers` prints one). */
export const brokers = process.env["BROKERS"];

/** What stands between collector and writer. */
export interface Way {
  readonly name: string;
  readonly program: "mosquitto" | "nats-server" | "redis-server";
  /** The example: a collector's tab, then a writer's. */
  readonly example: () => FlowNode[];
  /** Writes the broker's configuration into a folder. @returns its arguments */
  readonly args: (port: number, folder: string) => readonly string[];
  /** What a node of the example needs to find the broker. */
  readonly node?: (node: FlowNode, port: number) => object;
  /** What a half logs when it listens; nothing where the broker keeps messages until it does. */
  readonly listening?: RegExp;
  /** Modules of its function nodes. */
  readonly modules?: readonly string[];
  /** How many refused groups of lines are kept, where the collector's log does not keep them. @param folder the broker's */
  readonly refused?: (folder: string) => Promise<number>;
  /** The same by variables, which the broker gets too. */
  readonly env?: (port: number) => Readonly<Record<string, string>>;
}

export type Half = "collector" | "writer";
export type Part = Half | "broker";

/** Both halves of an example in a Node-RED of their own each, the real broker between them, and an endpoint to write to. */
export class Halves {
  readonly influx: InfluxEndpoint;
  /** Through it the collector reaches the broker. */
  readonly gate: Gate;
  readonly #way: Way;
  readonly #port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "brokers-"));
  /** Further changes of nodes. */
  readonly #change: (node: FlowNode) => object;
  /** Settings of the collector's Node-RED, as text. */
  readonly #settings: string;
  readonly #sides: { collector?: NodeRedProcess; writer?: NodeRedProcess } = {};
  #broker: ChildProcess | undefined;

  private constructor(
    way: Way,
    port: number,
    gate: Gate,
    influx: InfluxEndpoint,
    change: (node: FlowNode) => object = () => ({}),
    settings = "",
  ) {
    this.#way = way;
    this.#port = port;
    this.gate = gate;
    this.influx = influx;
    this.#change = change;
    this.#settings = settings;
  }

  static async start(way: Way, change?: (node: FlowNode) => object, settings?: string): Promise<Halves> {
    const port = await freePort();
    const [gate, influx] = [await Gate.before(port), await startInfluxEndpoint()];
    const halves = new Halves(way, port, gate, influx, change, settings);
    await halves.start("broker");
    await Promise.all([halves.start("collector"), halves.start("writer")]);
    return halves;
  }

  async start(part: Part): Promise<void> {
    if (part !== "broker") return this.#startHalf(part);
    const args = this.#way.args(this.#port, this.#folder);
    this.#broker = spawn(join(brokers ?? "", this.#way.program), args, {
      stdio: "ignore",
      env: { ...process.env, ...this.#way.env?.(this.#port) },
    });
    await eventually("the broker listens", () => listens(this.#port));
  }

  /** Resolves when the writer takes what comes. */
  async writerListens(): Promise<void> {
    const writer = this.#sides.writer!;
    if (this.#way.listening) await writer.logged(this.#way.listening);
    // Answered in a later turn of its loop than the one that logged: by then it has subscribed.
    await writer.request("/");
  }

  async kill(part: Part): Promise<void> {
    if (part !== "broker") return this.#sides[part]!.stop("SIGKILL");
    const ended = once(this.#broker!, "exit");
    this.#broker!.kill("SIGKILL");
    await ended;
  }

  /** Hands lines to the collector's buffer; resolves when they are on its disk. */
  async feed(lines: readonly string[]): Promise<void> {
    // Not taken: the collector is being started again, and whoever feeds it tries again.
    await eventually(
      "the collector takes lines",
      async () => {
        const answer = await this.#sides
          .collector!.request("/feed", {
            ...{ method: "POST", body: lines.join("\n"), headers: { "content-type": "text/plain" } },
            signal: AbortSignal.timeout(20_000),
          })
          .catch(() => undefined);
        return answer?.status === 200;
      },
      180_000,
    );
  }

  /** Refused lines that are kept with their reason, or groups of them. */
  async refused(): Promise<number> {
    const { nodes } = await this.health();
    const inLog = nodes.find(({ type }) => type === "wal-buffer")?.rejected ?? 0;
    return (await this.#way.refused?.(this.#folder)) ?? inLog;
  }

  health(): Promise<{
    wal_pending: number;
    lines_dropped: number;
    nodes: { type: string; rejected?: number }[];
  }> {
    return this.#sides.collector!.json("/health");
  }

  async dispose(): Promise<void> {
    for (const nodeRed of Object.values(this.#sides)) await nodeRed.dispose();
    this.#broker?.kill("SIGKILL");
    this.gate.close();
    await this.influx.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #startHalf(half: Half): Promise<void> {
    const { influx } = this;
    const before = this.#sides[half];
    this.#sides[half] = await NodeRedProcess.start({
      flows: this.#flows(half) as never,
      credentials: { [INFLUX_ID]: { token: influx.token } },
      env: this.#way.env?.(this.#portOf(half)) ?? {},
      modules: this.#way.modules ?? [],
      settings: half === "collector" ? this.#settings : "",
      ...(before && { userDir: before.userDir }),
    });
  }

  #portOf(half: Half): number {
    return half === "collector" ? this.gate.port : this.#port;
  }

  /** The nodes of one tab of the example, and the connections, with what suits a test. */
  #flows(half: Half): object[] {
    const all = this.#way.example();
    const tabs = all.filter(({ type }) => type === "tab").map(({ id }) => id);
    const tab = tabs[half === "collector" ? 0 : 1]!;
    const nodes = all
      .filter(
        (node) => node.id === tab || node["z"] === tab || (node["z"] === undefined && node.type !== "tab"),
      )
      // Lines are fed by the test, not by a poll.
      .filter(({ type }) => !/^genesys-|^inject$/.test(type))
      .map((node) => ({
        ...node,
        ...(node.type === "influx-config" && {
          ...{ url: this.influx.url, org: this.influx.org, bucket: "genesys" },
        }),
        ...(node.type === "influx-batch-write" && { flushInterval: 1 }),
        ...this.#way.node?.(node, this.#portOf(half)),
        ...this.#change(node),
      }));
    return half === "collector" ? [...nodes, ...feed(tab, all)] : nodes;
  }
}

/** Takes lines for the buffer, and answers 200 when they are on disk. */
function feed(z: string, all: readonly FlowNode[]): object[] {
  const buffer = all.find(({ type }) => type === "wal-buffer")!.id;
  return [
    { id: "feed", z, type: "http in", url: "/feed", method: "post", wires: [[buffer]] },
    { id: "feed-kept", z, type: "complete", scope: [buffer], uncaught: false, wires: [["feed-asked"]] },
    // Outcomes complete too, and nobody waits for an answer to them.
    {
      ...{ id: "feed-asked", z, type: "function", func: "return msg.res ? msg : null;" },
      ...{ outputs: 1, wires: [["feed-answer"]] },
    },
    { id: "feed-answer", z, type: "http response", statusCode: "200", wires: [] },
  ];
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve((socket.destroy(), true)));
    socket.once("error", () => resolve(false));
  });
}
