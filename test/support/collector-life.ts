import type { Node, NodeAPI } from "node-red";
import type { GenesysSimulator } from "../../demo/simulators/genesys/server";
import { type Client, Directory, Notices, type Poller } from "../../lib/genesys/index";
import type { PollerParts } from "../../lib/genesys/poll/buckets";
import { HealthRegistry } from "../../lib/health/registry";
import { Connection } from "../../lib/influx/connection";
import { LineWriter } from "../../lib/influx/line-writer";
import { readPayload } from "../../lib/lines/payload";
import { readAnswer, readRows } from "../../lib/line-protocol/answer";
import { Converter } from "../../lib/line-protocol/converter";
import { checkSettings } from "../../lib/line-protocol/settings";
import { markMade } from "../../lib/lines/checked";
import type { ReadyGenesysConfig } from "../../lib/node-red/genesys-config";
import type { Message } from "../../lib/node-red/input";
import { bufferIsBusy } from "../../lib/node-red/poll/buffer-is-busy";
import { PollNode } from "../../lib/node-red/poll/poll-node";
import { NodeStatus } from "../../lib/node-red/status";
import type { GenesysInfo } from "../../lib/terms/messages";
import { failedMessage, rejectedGroups, writtenMessage } from "../../nodes/influx-batch-write/outcome";
import { BufferController } from "../../nodes/wal-buffer/controller";
import type { FakeClock } from "./fake-clock";
import { clientAt } from "./genesys-client";

/** A poll node of a collector. */
export interface PollSubject {
  readonly name: string;
  readonly build: (parts: PollerParts) => Poller;
}

/** What a life begins with. */
export interface LifeOptions {
  readonly clock: FakeClock;
  readonly simulator: GenesysSimulator;
  readonly storeUrl: string;
  /** The user directory, with what the last life left there. */
  readonly directory: string;
  readonly subjects: readonly PollSubject[];
  readonly maxSizeMB: number;
  /** As the buffer's `onlyChanges`: an unchanged line is taken again after this time. */
  readonly fullEveryMs?: number;
  /** Gets all lines that go to the buffer as well. */
  readonly onLines?: (lines: readonly string[]) => Promise<void>;
}

/** One answer as it left a poll. */
export interface Sent {
  readonly subject: string;
  readonly at: number;
  readonly info: GenesysInfo;
}

const CONVERSION = checkSettings({ queueName: "off" });
const WRITER = { batchSize: 5_000, flushIntervalMs: 1_000, precision: "ns", gzip: true } as const;

/**
 * One life of a collector's process: polls, converter, buffer and writer, wired as in the examples, on a test's clock.
 * The stand-in for Node-RED only passes messages on.
 */
export class CollectorLife {
  readonly registry: HealthRegistry;
  readonly sent: Sent[] = [];
  /** Events of the buffer by their topic, in lines or records. */
  readonly events: Message[] = [];
  readonly said: string[] = [];
  readonly #options: LifeOptions;
  readonly #client: Client;
  readonly #buffer: BufferController;
  readonly #writer: LineWriter;
  readonly #connection: Connection;
  readonly #polls: ReadonlyMap<string, PollNode>;
  readonly #converter = new Converter(CONVERSION);
  #converting: Promise<unknown> = Promise.resolve();
  /** Work that is under way and needs no clock. */
  busy = 0;
  #killed = false;

  constructor(options: LifeOptions) {
    const { clock, simulator, storeUrl, directory, subjects, maxSizeMB } = options;
    this.#options = options;
    this.registry = new HealthRegistry(clock);
    this.#client = clientAt(simulator, { clock, concurrency: 4 });
    this.#buffer = this.#startBuffer(maxSizeMB);
    const settings = { url: storeUrl, org: "o", bucket: "b", token: "", timeoutMs: 30_000 };
    this.#connection = new Connection(settings, clock);
    this.#writer = new LineWriter({
      ...{ ...WRITER, connection: this.#connection, clock },
      onReturn: () => this.#buffer.recovered(),
    });
    const config = { client: this.#client, directory: new Directory(this.#client), environment: "demo" };
    this.#polls = new Map(
      subjects.map(({ name, build }) => {
        const say = (text: string) => void this.said.push(`${name}: ${text}`);
        const notices = new Notices(say, say);
        const poller = build({
          ...{ config, notices },
          directory: `${directory}/polls/${name}`,
          rest: () => bufferIsBusy(this.registry),
          spread: 0.3,
        });
        return [name, this.#startPoll(name, poller, notices, config as unknown as ReadyGenesysConfig)];
      }),
    );
  }

  /** A tick of the inject node. @returns when every poll has answered */
  async tick(): Promise<void> {
    await Promise.all([...this.#polls.keys()].map((name) => this.give(name, {})));
  }

  /** Hands a message to a poll. */
  give(name: string, msg: Message): Promise<void> {
    const send = (answer: unknown) => this.#convert(name, answer as Message);
    return this.#polls.get(name)!.trigger(msg, send, (error) => {
      if (error) this.said.push(`${name}: ${String(error)}`);
    });
  }

  /** Hands lines to the buffer. */
  async keep(lines: readonly string[]): Promise<void> {
    if (!this.#killed && lines.length > 0) await this.#handle({ payload: markMade([...lines]) });
  }

  figures(name: string) {
    return this.registry.reports().find(({ id }) => id === name)!;
  }

  /** Nothing that this life does from now on reaches anybody. */
  kill(): void {
    this.#killed = true;
    void this.#connection.close();
  }

  /** Ends its timers; after `kill` nothing of it counts. */
  async close(): Promise<void> {
    await Promise.all([...this.#polls.values()].map((poll) => poll.close()));
    await this.#converting;
    await this.#writer.close();
    await this.#buffer.close();
    await this.#client.close();
  }

  #startPoll(id: string, poller: Poller, notices: Notices, config: ReadyGenesysConfig): PollNode {
    const { clock } = this.#options;
    const node = {
      id,
      type: "poll",
      status: () => undefined,
      error: (error: unknown) => this.said.push(`${id}: ${String(error)}`),
      send: (msg: Message) => this.#convert(id, msg),
    } as unknown as Node;
    const RED = {
      util: { cloneMessage: (msg: Message) => ({ ...msg }), generateId: () => "0" },
      _: (key: string, values: object) => `${key.slice(key.lastIndexOf(".") + 1)} ${JSON.stringify(values)}`,
    } as unknown as NodeAPI;
    const identity = { id, type: "poll", name: id, flow: "f" };
    const counts = ["polls", "pollsSkipped", "pointsCorrected"] as const;
    const reporter = this.registry.register(identity, { counts });
    const status = new NodeStatus(node, reporter, clock);
    return new PollNode({ RED, node, config, poller, notices, reporter, status, clock });
  }

  #startBuffer(maxSizeMB: number): BufferController {
    const { clock, directory, fullEveryMs } = this.#options;
    const identity = { id: "buffer", type: "wal-buffer", name: "", flow: "f" };
    const reporter = this.registry.register(identity, {
      counts: ["linesDropped", "linesCorrupt", "linesUnchanged"],
    });
    const node = { status: () => undefined } as unknown as Node;
    return new BufferController({
      ...{ id: "buffer", clock, reporter, status: new NodeStatus(node, reporter, clock), text: (key) => key },
      log: {
        ...{ directory: `${directory}/wal`, node: "buffer", version: "1", sync: "always" as const },
        ...{ whenFull: "drop-oldest" as const, maxBytes: maxSizeMB * 1024 * 1024, joinLines: 500 },
      },
      ...{ window: 5_000, inFlight: "many" as const, fullEveryMs, maxParcels: Infinity },
      ackTimeoutMs: 120_000,
      send: (toWrite, event) => {
        if (event) this.events.push(event);
        if (toWrite) this.#write(toWrite);
      },
      warn: (text) => this.said.push(`buffer: ${text}`),
      error: (text) => this.said.push(`buffer: ${text}`),
    });
  }

  /** Messages leave the converter in the order in which they came. */
  #convert(subject: string, msg: Message): void {
    if (this.#killed) return;
    const { clock } = this.#options;
    this.sent.push({ subject, at: clock.now(), info: msg["genesys"] as GenesysInfo });
    this.busy++;
    this.#converting = this.#converting.then(async () => {
      const answer = readAnswer(msg["genesys"], clock.now(), "demo");
      const { lines, skipped } = await this.#converter.convert(readRows(msg.payload), answer);
      if (skipped.length > 0) this.said.push(`converter: ${skipped[0]!.reason}`);
      await Promise.all([this.keep(lines), this.#options.onLines?.(lines)]);
      this.busy--;
    });
  }

  #handle(msg: Message): Promise<void> {
    return this.#buffer.handle(msg, (error) => {
      if (error) this.said.push(`buffer: ${error.message}`);
    });
  }

  #write(msg: Message): void {
    if (this.#killed) return;
    const read = readPayload(msg.payload);
    this.#writer.add({
      ...{ lines: read.lines, bucket: "b", bounded: true, maxWaitMs: 60_000 },
      settle: (outcome) => {
        const groups = outcome.status === "written" ? rejectedGroups(read, outcome.rejected) : [];
        const answer =
          outcome.status === "failed"
            ? failedMessage(msg, read.lines.length, outcome.error)
            : writtenMessage(msg, read.lines.length, groups, "t", outcome.batch);
        void this.#handle(answer);
      },
    });
    if (msg["flush"] === true) this.#writer.flush();
  }
}
