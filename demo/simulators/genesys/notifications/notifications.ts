import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Clock, Timer } from "../../../../lib/time/clock";
import type { World } from "../context";
import { Changes, type EndedStatuses, type Event } from "./changes";
import { type Channel, Channels } from "./channels";
import { Connection, type SocketFaults } from "./connection";
import { answerNotifications, type NotificationCall, type RestParts } from "./rest";
import type { Topic } from "./topics";

/** How the notification service is set up; everything has a default. */
export interface NotificationOptions {
  /** Default `left out`. */
  readonly endedStatuses?: EndedStatuses;
  /** Running totals of the half hour. Default true. */
  readonly totals?: boolean;
  /** Whether the service looks for changes by itself, once a second. Default true. */
  readonly events?: boolean;
  /** Called with every event that goes out to somebody. */
  readonly onEvent?: (event: Event) => void;
  /** Base of the `connectUri`; default the simulator's own address. */
  readonly socketUrl?: string;
}

/** What the notification service works with. */
export interface NotificationParts {
  readonly world: World;
  readonly clock: Clock;
  /** The service's own time. */
  readonly now: () => number;
  readonly missing: ReadonlySet<string>;
  readonly isAlive: (token: string) => boolean;
  readonly url: () => string;
  readonly options: NotificationOptions;
}

/** A single topic, with the channels that are subscribed to it. */
interface Subscriber {
  readonly topic: Topic;
  readonly channels: Channel[];
}
/** By the names of topics. */
type Subscribers = Map<string, Subscriber>;

/** At most one event per second and topic. */
const LOOK_MS = 1_000;
/** Groups of topics that take turns, so that not all events come at the same moment. */
const TURNS = 5;
/** Between the notice of maintenance and the end of the socket. */
const NOTICE_MS = 60_000;

/** The notification service: channels, subscriptions, sockets, and what goes wrong with them on request. */
export class Notifications {
  readonly channels: Channels;
  readonly faults: SocketFaults & {
    /** Topics that are refused. */
    reject: RegExp | undefined;
    /** Answer every upgrade with this status. */
    refuseUpgrade: number | undefined;
    /** Whether names that combine topics are known. */
    combines: boolean;
  } = {
    silent: false,
    repeat: false,
    reorder: false,
    reject: undefined,
    refuseUpgrade: undefined,
    combines: true,
  };
  readonly #parts: NotificationParts;
  readonly #rest: RestParts;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 100_000 });
  readonly #changes: Changes;
  #timer: Timer | undefined;

  constructor(parts: NotificationParts) {
    const { world, clock, isAlive, options } = parts;
    this.#parts = parts;
    this.channels = new Channels(clock, isAlive);
    this.#changes = new Changes(world, {
      endedStatuses: options.endedStatuses ?? "left out",
      totals: options.totals ?? true,
    });
    this.#rest = {
      world,
      now: parts.now,
      channels: this.channels,
      missing: parts.missing,
      rejects: (name) => this.faults.reject?.test(name) ?? false,
      combines: () => this.faults.combines,
      socketUrl: () => options.socketUrl ?? parts.url().replace(/^http/, "ws"),
    };
  }

  /** Sockets that are open. */
  get connections(): Connection[] {
    return this.channels.all.flatMap(({ connection }) => (connection?.open ? [connection] : []));
  }

  /** Names of single topics whose channel has an open socket. */
  get reached(): Set<string> {
    return new Set(this.#subscribed().keys());
  }

  /** Notes the answer to a query of observations. */
  shown(answer: unknown): void {
    if (this.#parts.options.events !== false) this.#changes.shown(answer);
  }

  /** Answers a REST request. */
  answer(call: NotificationCall): unknown {
    return answerNotifications(this.#rest, call);
  }

  /** Takes a socket on the proof of the id in its path. A second one ends the first. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const id = /^\/channels\/([\w-]+)$/.exec(request.url ?? "")?.[1];
    const channel = id === undefined ? undefined : this.channels.find(id);
    const status = this.faults.refuseUpgrade ?? (channel ? undefined : 404);
    if (status !== undefined || !channel) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      channel.connection?.close(1000, "another socket took the channel");
      const connection = new Connection(webSocket, this.#parts.clock, this.faults);
      channel.connection = connection;
      channel.usedAt = this.#parts.clock.now();
      webSocket.on("close", () => {
        if (channel.connection === connection) channel.connection = undefined;
      });
      // Events bring changes from now on, so the state of now has to be known.
      if (this.#parts.options.events !== false) this.#lookAt(({ channels }) => channels.includes(channel));
      this.#start();
    });
  }

  /**
   * Looks for changes now, and sends their events to subscribers.
   *
   * @param turn only those topics whose turn it is; all when absent
   */
  look(turn?: number): void {
    this.channels.sweep();
    this.#lookAt(({ topic }) => turn === undefined || turnOf(topic.id) === turn);
  }

  #lookAt(chosen: (subscriber: Subscriber) => boolean): void {
    const subscribed = this.#subscribed();
    const topics = [...subscribed.values()].filter(chosen).map(({ topic }) => topic);
    for (const event of this.#changes.since(topics, this.#parts.now())) this.#tell(event, subscribed);
  }

  /** Sends an event to everybody who is subscribed to its topic. */
  emit(event: Event): void {
    this.#tell(event, this.#subscribed());
  }

  /** Sends a frame as it is, through every socket. */
  raw(frame: string | Buffer): void {
    for (const connection of this.connections) connection.raw(frame);
  }

  /** Ends sockets without a word; all of them unless a number says how many. */
  drop(count = Infinity): void {
    for (const connection of this.connections.slice(0, count)) connection.drop();
  }

  /** Announces the end of every socket, and ends it a minute later. */
  maintain(): void {
    for (const channel of this.channels.all) {
      const { connection } = channel;
      connection?.send({
        topicName: "v2.system.socket_closing",
        version: "2",
        eventBody: { channelId: channel.id, message: "Websocket closing soon" },
      });
      if (connection) this.#parts.clock.after(NOTICE_MS, () => connection.close(1001, "maintenance"));
    }
  }

  /** Takes channels away, as other programs that share the OAuth client do. */
  evict(): void {
    for (const channel of this.channels.all) this.channels.evict(channel);
  }

  close(): void {
    this.#timer?.cancel();
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  /** Subscriptions of channels with an open socket, by the names of single topics. */
  #subscribed(): Subscribers {
    const all: Subscribers = new Map();
    for (const channel of this.channels.all) {
      if (!channel.connection?.open) continue;
      for (const topic of channel.subscriptions.flatMap(({ topics }) => topics)) {
        const known = all.get(topic.name);
        if (known) known.channels.push(channel);
        else all.set(topic.name, { topic, channels: [channel] });
      }
    }
    return all;
  }

  #tell(event: Event, subscribed: Subscribers): void {
    const channels = subscribed.get(event.topicName)?.channels ?? [];
    for (const { connection } of channels) connection?.event(event);
    if (channels.length > 0) this.#parts.options.onEvent?.(event);
  }

  /** Looks at each topic once a second as long as anybody is there. */
  #start(): void {
    if (this.#timer || this.#parts.options.events === false) return;
    let turn = 0;
    const tick = () => {
      this.look(turn++ % TURNS);
      this.#timer = this.channels.all.some(({ connection }) => connection)
        ? this.#parts.clock.after(LOOK_MS / TURNS, tick)
        : undefined;
    };
    this.#timer = this.#parts.clock.after(LOOK_MS / TURNS, tick);
  }
}

/** The topics of one queue or user have the same turn. */
function turnOf(id: string): number {
  return Number.parseInt(id.slice(0, 4), 16) % TURNS;
}
