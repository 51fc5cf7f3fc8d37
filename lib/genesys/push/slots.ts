import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { CallOptions, Client } from "../http/client";
import { ChannelApi, type ChannelFacts } from "./channel-api";
import { MAX_CHANNELS } from "./pace";

/** How long the count of all channels is used. */
const COUNT_AGE_MS = 600_000;

/** Slots by OAuth client, shared by nodes and deploys. */
const known = new Map<string, Slots>();

/**
 * Counts the channels that this process may have: what other programs leave of the client's 20. No call deletes a
 * channel, so those of earlier deploys and starts exist until they expire, and are evicted first; their ends are
 * remembered, so that they do not count as another program's.
 */
export class Slots {
  readonly #file: string | undefined;
  readonly #idle: ChannelFacts[] = [];
  #inUse = 0;
  /** Ends of all channels that we made, milliseconds since the epoch. */
  #made: number[] | undefined;
  #counted: { readonly at: number; readonly others: number } | undefined;

  private constructor(file: string | undefined) {
    this.#file = file;
  }

  /** The slots of an OAuth client. @param file keeps ends over restarts; absent where there is no place for files */
  static of(client: Client, file?: string): Slots {
    let slots = known.get(client.identity);
    if (!slots) known.set(client.identity, (slots = new Slots(file)));
    return slots;
  }

  /**
   * How many more channels may be made; one is kept for successors that are made while their predecessors still run.
   *
   * @throws GenesysError when the channels cannot be counted
   */
  async free(client: Client, options: CallOptions): Promise<number> {
    const now = client.clock.now();
    if (!this.#counted || now - this.#counted.at >= COUNT_AGE_MS) {
      const listed = await new ChannelApi(client).count(options);
      const own = (await this.#remembered(now)).length;
      this.#counted = { at: now, others: Math.max(0, listed - own) };
    }
    const left = MAX_CHANNELS - this.#counted.others;
    return Math.max(0, (left > 1 ? left - 1 : left) - this.#inUse);
  }

  /** Channels that other programs have; `undefined` before they are counted. */
  get others(): number | undefined {
    return this.#counted?.others;
  }

  /** Takes a place for a share of topics, until `leave`. */
  enter(): void {
    this.#inUse++;
  }

  leave(): void {
    this.#inUse--;
  }

  /** Takes a channel that an earlier node left, made with the same token, or makes one. */
  async take(client: Client, options: CallOptions): Promise<ChannelFacts> {
    const token = await client.lastingToken();
    const now = client.clock.monotonic();
    for (let channel = this.#idle.pop(); channel; channel = this.#idle.pop()) {
      if (channel.token === token && channel.endsAt - 3 * channel.marginMs > now) return channel;
    }
    const channel = await new ChannelApi(client).create(options);
    await this.#remember(client.clock.now() + channel.endsAt - now, client.clock.now());
    return channel;
  }

  /** Keeps a channel without topics and socket for the next share. */
  giveBack(channel: ChannelFacts): void {
    this.#idle.push(channel);
  }

  async #remembered(now: number): Promise<number[]> {
    this.#made ??= await this.#read();
    this.#made = this.#made.filter((end) => end > now);
    return this.#made;
  }

  async #read(): Promise<number[]> {
    if (!this.#file) return [];
    try {
      const ends: unknown = JSON.parse(await readFile(this.#file, "utf8"));
      return Array.isArray(ends) ? ends.filter((end): end is number => typeof end === "number") : [];
    } catch {
      // No file, or not readable: our former channels count as another program's until they expire.
      return [];
    }
  }

  async #remember(end: number, now: number): Promise<void> {
    const ends = await this.#remembered(now);
    ends.push(Math.round(end));
    if (!this.#file) return;
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      await writeFile(this.#file, JSON.stringify(ends), { mode: 0o600 });
    } catch {
      // A full disk must not stop live state; see #read for what it costs.
    }
  }
}
