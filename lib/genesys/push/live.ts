import type { PollKind } from "../../terms/kinds";
import type { PresenceMappings, PresenceNames } from "../../terms/presences";
import type { Timer } from "../../time/clock";
import { asGenesysError, type GenesysError } from "../errors";
import type { Client } from "../http/client";
import type { JsonObject } from "../json";
import type { Notices } from "../notices";
import { Feed } from "./feed";
import { type Span, TOTALS_GRANULARITY } from "./interval-totals";
import type { FrameListener } from "./line";
import type { LiveMode } from "./mode";
import type { PushSource } from "./push-source";
import { Rate } from "./rate";
import type { Slots } from "./slots";
import type { Applied } from "./state";
import { Snapshots } from "./snapshots";
import { type Surprise, Surprises } from "./surprises";

/** What a live node hands on: whole rows, as a poll answers them. */
export interface LiveAnswer {
  readonly kind: PollKind;
  readonly rows: JsonObject[];
  /** When the rows were so, by the API's clock; milliseconds since the epoch. */
  readonly polledAt: number;
  /** False when a part of the last snapshot is missing. */
  readonly complete: boolean;
  readonly mappings: PresenceMappings | undefined;
  /** Presence id to the organisation's own name for it. */
  readonly presences: PresenceNames | undefined;
  readonly metrics: readonly string[] | undefined;
  /** Of running totals. */
  readonly interval?: Span;
  readonly granularity?: string;
}

/** State of a live node, for status and health. Ages are milliseconds; absent before the first time. */
export interface LiveReport {
  readonly mode: LiveMode;
  readonly wanted: number;
  readonly covered: number;
  readonly channels: number;
  readonly openChannels: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  /** Snapshots that were answered, whole ones and those of some. */
  readonly snapshots: number;
  readonly lastEventAgeMs: number | undefined;
  /** Since a heartbeat, an event or a snapshot showed that all is well. */
  readonly heardAgeMs: number | undefined;
  /** Groups that a snapshot showed changed without an event, since the start. */
  readonly drifted: number;
  readonly surprises: Readonly<Partial<Record<Surprise, number>>>;
  /** Why no snapshot can be had. */
  readonly failure: GenesysError | undefined;
  /** Why changes are not pushed. */
  readonly problem: string | undefined;
}

/** What a `Live` works with. */
export interface LiveParts {
  readonly client: Client;
  readonly source: PushSource;
  readonly slots: Slots;
  readonly notices: Notices;
  /** At most one answer in this time. */
  readonly emitEveryMs: number;
  /** A whole snapshot this often while all changes are pushed. */
  readonly snapshotEveryMs: number;
  readonly onAnswer: (answer: LiveAnswer) => void;
  /** Called when what a status shows may have changed. */
  readonly onChange: () => void;
  /** For jitter; `Math.random` unless a test says otherwise. */
  readonly random?: () => number;
}

/** A change waits this long for others, which also keeps it off the beat of a writer with the same interval. */
const GATHER_MS = 20;

/**
 * Keeps the live state of queues or agents from snapshots and events, and hands on whole rows of the groups that
 * changed. What is not pushed is asked for.
 */
export class Live {
  readonly #parts: LiveParts;
  readonly #feed: Feed;
  readonly #snapshots: Snapshots;
  readonly #surprises: Surprises;
  readonly #rate: Rate;
  /** In small letters. */
  #ids: ReadonlySet<string> = new Set();
  #events = 0;
  #flushedAt = -Infinity;
  #flushing: Promise<void> | undefined;
  #soon: Timer | undefined;
  #tick: Timer | undefined;
  #closed = false;
  #closing: Promise<void> | undefined;
  readonly #forget: () => void;

  constructor(parts: LiveParts) {
    const { client, source, slots, notices, random = Math.random } = parts;
    this.#parts = parts;
    this.#surprises = new Surprises(notices);
    this.#rate = new Rate(client.clock);
    this.#snapshots = new Snapshots({
      ...parts,
      events: () => this.#events,
      mode: () => this.mode,
      uncovered: () => [...this.#ids].filter((id) => !this.#feed.covers(id)),
      onIds: (ids, options) => this.#setIds(ids, options),
      onAnswered: () => this.#flushSoon(),
      onDrift: () => this.#feed.renew(),
    });
    this.#feed = new Feed({
      client,
      slots,
      notices,
      surprises: this.#surprises,
      names: source.names,
      noun: source.noun,
      random,
      onFrame: (frame) => this.#hear(frame),
      onLive: (ids) => this.#snapshots.afterGap(ids),
      onChange: () => this.#changed(),
    });
    // Close before the connection does: without it the channels cannot be given back.
    this.#forget = client.beforeClose(() => this.close());
  }

  /** Takes the first snapshot, and subscribes. */
  start(): void {
    this.#snapshots.ask();
    const { clock } = this.#parts.client;
    const tick = () => {
      this.#tick = clock.after(this.#parts.emitEveryMs, tick);
      this.#rate.sample(this.#events);
      this.#snapshots.tick();
      void this.#flush();
      this.#parts.onChange();
    };
    this.#tick = clock.after(this.#parts.emitEveryMs, tick);
  }

  /** Takes a snapshot of all now. @throws GenesysError when there is none to be had */
  snapshot(): Promise<void> {
    return this.#snapshots.now();
  }

  /** Ends everything, and leaves its channels to the next node. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close().finally(this.#forget));
  }

  async #close(): Promise<void> {
    this.#closed = true;
    this.#tick?.cancel();
    this.#soon?.cancel();
    this.#snapshots.close();
    await this.#feed.close();
    await this.#flushing;
    await this.#parts.source.close();
  }

  get mode(): LiveMode {
    const { wanted, covered } = this.#feed.report;
    if (wanted === 0) return "starting";
    if (covered === 0 || this.#snapshots.drifting) return this.#snapshots.settling ? "starting" : "polling";
    return covered < wanted ? "partly" : "live";
  }

  get report(): LiveReport {
    const { clock } = this.#parts.client;
    const { wanted, covered, channels, open, heardAt } = this.#feed.report;
    const { answeredAt, failure, drifted, count } = this.#snapshots;
    const heard = Math.max(heardAt ?? -Infinity, answeredAt ?? -Infinity);
    return {
      mode: this.mode,
      ...{ wanted, covered, channels, openChannels: open, failure, drifted },
      events: this.#events,
      snapshots: count,
      eventsPerSecond: this.#rate.perSecond,
      lastEventAgeMs: this.#rate.lastAgeMs,
      heardAgeMs: heard > -Infinity ? clock.monotonic() - heard : undefined,
      surprises: this.#surprises.counts,
      problem: this.#feed.problem,
    };
  }

  async #setIds(ids: readonly string[], options: { signal: AbortSignal }): Promise<void> {
    this.#ids = new Set(ids.map((id) => id.toLowerCase()));
    await this.#feed.set(ids, options);
  }

  #hear(frame: Parameters<FrameListener>[0]): void {
    if (this.#closed) return;
    if (frame.kind === "surprise") return this.#surprises.add(frame.surprise);
    if (frame.kind !== "event") return;
    this.#events++;
    this.#rate.hear();
    const { topic, body } = frame;
    if (!this.#ids.has(topic.id)) return this.#surprises.add("entity");
    const number = this.#events;
    this.#settle(this.#parts.source.state.apply({ topic, body, number, at: this.#parts.client.skew.now() }));
    this.#flushSoon();
  }

  #settle(applied: Applied): void {
    if (applied === undefined) return;
    if (typeof applied === "string") this.#surprises.add(applied);
    else this.#snapshots.ask([applied.unknownGroupOf]);
  }

  #changed(): void {
    if (this.#closed) return;
    this.#feed.tell();
    this.#parts.onChange();
  }

  /** Plans the next flush: at once after a rest, otherwise when the interval allows it. */
  #flushSoon(): void {
    const { client, emitEveryMs } = this.#parts;
    if (this.#soon || this.#closed) return;
    const wait = this.#flushedAt + emitEveryMs - client.clock.monotonic();
    this.#soon = client.clock.after(Math.max(0, wait) + GATHER_MS, () => {
      this.#soon = undefined;
      void this.#flush();
    });
  }

  /** Hands on what is due, at most once per interval; later changes wait for the next one. */
  async #flush(): Promise<void> {
    const { client, emitEveryMs, notices } = this.#parts;
    const now = client.clock.monotonic();
    if (this.#flushing || now - this.#flushedAt < emitEveryMs) return this.#flushSoon();
    if (this.#closed) return;
    this.#flushing = this.#send(now)
      .catch((error: unknown) => notices.once(`live state: ${asGenesysError(error).message}`))
      .finally(() => (this.#flushing = undefined));
    await this.#flushing;
  }

  async #send(now: number): Promise<void> {
    const { client, source, emitEveryMs, onAnswer } = this.#parts;
    const { complete, mappings, presences } = this.#snapshots;
    const polledAt = client.skew.now();
    const rows = await source.state.due(now, emitEveryMs, polledAt);
    if (this.#closed) return;
    const more = { polledAt, complete, mappings, presences, metrics: source.metrics() };
    if (rows.length > 0) {
      this.#flushedAt = now;
      onAnswer({ ...more, kind: source.kind, rows });
    }
    for (const { span, rows: totals } of source.totals?.take() ?? []) {
      this.#flushedAt = now;
      // Incomplete, as what it lacks is neither 0 nor taken back.
      const bucket = { interval: span, granularity: TOTALS_GRANULARITY, metrics: undefined, complete: false };
      onAnswer({ ...more, ...bucket, kind: "queue-aggregates", rows: totals });
    }
  }
}
