import { sleep } from "../../time/clock";
import { backoffMs } from "../../time/backoff";
import { asGenesysError, GenesysError } from "../errors";
import type { Client } from "../http/client";
import { ChannelApi, type ChannelFacts } from "./channel-api";
import { type FrameListener, Line, type LineEnd } from "./line";
import type { Slots } from "./slots";
import { type Coverage, NO_COVERAGE, subscribe, type TopicNames } from "./subscribe";

/** Waits before a socket is opened again: as Genesys' own client, 2 s at first and 90 s at most, with jitter. */
const RECONNECT = { baseMs: 2_000, maxMs: 90_000 };
/** A socket that lived this long, and longer than the wait before it, resets the back-off. */
const GOOD_MS = 2_000;
/** After so many refusals in a row the channel itself is suspected. */
const SUSPECT_AFTER = 3;

/** What a `Share` works with. */
export interface ShareParts {
  readonly client: Client;
  readonly slots: Slots;
  readonly names: TopicNames;
  readonly onFrame: FrameListener;
  /** Called when events of these ids come from now on; earlier ones may have been missed. */
  readonly onLive: (ids: readonly string[]) => void;
  /** Called when something changed that a status shows. */
  readonly onChange: () => void;
  readonly random: () => number;
}

/**
 * Keeps a share of the topics on a channel of its own: opens a lost one again, and replaces it before it ends, so that
 * there is no moment without a subscribed socket.
 */
export class Share {
  readonly #parts: ShareParts;
  /** Spreads what happens to all channels at about the same time. */
  readonly #index: number;
  readonly #closing = new AbortController();
  readonly #api: ChannelApi;
  #ids: readonly string[] = [];
  #line: Line | undefined;
  /** Whether the channel's topics are no longer those of `#ids`. */
  #stale = true;
  /** The channel of the line that is or was last open. */
  #channel: ChannelFacts | undefined;
  #coverage: Coverage = NO_COVERAGE;
  #problem: GenesysError | undefined;
  /** Sockets in a row that were not good ones, and those of them that were never open. */
  #failures = 0;
  #refusals = 0;
  #running: Promise<void> | undefined;

  constructor(parts: ShareParts, index: number) {
    this.#parts = parts;
    this.#index = index;
    this.#api = new ChannelApi(parts.client);
  }

  /** Queues or agents whose topics are on this channel. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** What the channel covers; nothing while there is no socket. */
  get coverage(): Coverage {
    return this.#line ? this.#coverage : NO_COVERAGE;
  }

  get isLive(): boolean {
    return this.#line !== undefined;
  }

  /** Why there is no socket. */
  get problem(): GenesysError | undefined {
    return this.#problem;
  }

  /** When anything was last heard, by the monotonic clock. */
  get heardAt(): number | undefined {
    return this.#line?.heardAt;
  }

  /** Sets what is to be on this channel; the first time also starts it. */
  async set(ids: readonly string[]): Promise<void> {
    const before = new Set(this.#ids);
    const added = ids.filter((id) => !before.has(id));
    this.#ids = ids;
    this.#stale = true;
    if (!this.#running) {
      this.#running = this.#live();
      return;
    }
    const line = this.#line;
    if (!line) return;
    try {
      await this.#subscribe(line.channel);
      if (added.length > 0) this.#parts.onLive(added);
    } catch {
      // Another channel starts with all topics anew.
      line.close();
      this.#line = undefined;
      this.#wake?.({ kind: "gone", reason: "its topics could not be changed" });
    }
    this.#parts.onChange();
  }

  /** Subscribes on a new channel; the old one ends when that is open. */
  renew(): void {
    this.#wake?.({ kind: "renew", reason: "events are missing" });
  }

  /** Ends it, and leaves its channel to the next share. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("closed"));
    await this.#running;
    const line = this.#line;
    this.#line = undefined;
    await this.#leave(line, this.#channel);
    this.#channel = undefined;
  }

  /** Ends the wait for the end of a line. */
  #wake: ((end: LineEnd) => void) | undefined;

  async #live(): Promise<void> {
    const { client, onChange, random } = this.#parts;
    const { signal } = this.#closing;
    let wait = 0;
    while (!signal.aborted) {
      try {
        const line = await this.#open(this.#channel);
        const openedAt = client.clock.monotonic();
        this.#refusals = 0;
        const end = await this.#stay(line);
        if (signal.aborted) return;
        if (client.clock.monotonic() - openedAt >= Math.max(GOOD_MS, wait)) this.#failures = 0;
        if (end.kind === "gone") this.#channel = undefined;
        this.#problem = new GenesysError("network", end.reason);
      } catch (thrown) {
        if (signal.aborted) return;
        this.#problem = asGenesysError(thrown);
        if (isGone(this.#problem)) this.#channel = undefined;
        if (++this.#refusals % SUSPECT_AFTER === 0) await this.#abandon();
      }
      this.#line = undefined;
      onChange();
      wait = backoffMs(++this.#failures, { ...RECONNECT, random });
      await sleep(client.clock, wait, signal).catch(() => undefined);
    }
  }

  /** Opens a socket to the known channel while it lives, otherwise to another one. */
  async #open(known?: ChannelFacts): Promise<Line> {
    const { client, slots, onFrame, onLive, onChange } = this.#parts;
    const { signal } = this.#closing;
    const usable = known && this.#renewAt(known) > client.clock.monotonic() ? known : undefined;
    const channel = usable ?? (await slots.take(client, { signal }));
    let line: Line;
    try {
      if (!usable || this.#stale) await this.#subscribe(channel);
      line = await Line.open(client, channel, onFrame, signal);
    } catch (error) {
      if (!usable && !isGone(asGenesysError(error))) slots.giveBack(channel);
      throw error;
    }
    this.#channel = channel;
    this.#line = line;
    this.#problem = undefined;
    if (!signal.aborted) onLive(this.#ids);
    onChange();
    return line;
  }

  /** Stays connected, with one line after the other, until one is lost. */
  async #stay(first: Line): Promise<LineEnd> {
    const { client, random } = this.#parts;
    const { signal } = this.#closing;
    let line = first;
    let renewAt = this.#renewAt(line.channel);
    for (let failures = 0; ;) {
      const end = await this.#ended(line, renewAt);
      if (end.kind !== "renew" || signal.aborted) return end;
      try {
        const next = await this.#open();
        await this.#leave(line, undefined);
        line = next;
        renewAt = this.#renewAt(line.channel);
        failures = 0;
      } catch (thrown) {
        this.#problem = asGenesysError(thrown);
        renewAt = client.clock.monotonic() + backoffMs(++failures, { ...RECONNECT, random });
      }
    }
  }

  async #ended(line: Line, renewAt: number): Promise<LineEnd> {
    const woken = new Promise<LineEnd>((resolve) => (this.#wake = resolve));
    return Promise.race([line.ended(renewAt, this.#closing.signal), woken]);
  }

  /** When to renew: each channel at another time, so that not all snapshots come at once. */
  #renewAt({ endsAt, marginMs }: ChannelFacts): number {
    return endsAt - marginMs * (1 + (this.#index % 20) / 20);
  }

  async #subscribe(channel: ChannelFacts): Promise<void> {
    const ids = this.#ids;
    this.#coverage = await subscribe(this.#api, channel.id, ids, this.#parts.names, {
      signal: this.#closing.signal,
    });
    if (ids === this.#ids) this.#stale = false;
  }

  /** Closes the socket, and takes the topics off the channel, so that nothing is sent to nobody. */
  async #leave(line: Line | undefined, channel: ChannelFacts | undefined): Promise<void> {
    const { client, slots } = this.#parts;
    line?.close();
    const left = channel ?? line?.channel;
    if (!left) return;
    try {
      await this.#api.clear(left.id, { deadline: client.clock.monotonic() + 5_000 });
      if (channel) slots.giveBack(channel);
    } catch {
      // It ends by itself; without a socket it is the first to be evicted.
    }
  }

  /** Gives up a channel that may be the reason for the failures. */
  async #abandon(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    if (!channel) return;
    await this.#api
      .clear(channel.id, { deadline: this.#parts.client.clock.monotonic() })
      .catch(() => undefined);
  }
}

function isGone({ kind }: GenesysError): boolean {
  return kind === "notFound" || kind === "auth";
}
