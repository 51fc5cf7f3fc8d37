import { randomBytes } from "node:crypto";
import type { Clock } from "../../../../lib/time/clock";
import type { Connection } from "./connection";
import type { Topic } from "./topics";

const LIFE_MS = 24 * 3_600_000;
/** Channels of one OAuth client. */
const MAX_CHANNELS = 20;

/** One entry of a channel's subscriptions: the name that was asked for, and its single topics. */
export interface Subscription {
  readonly name: string;
  readonly topics: readonly Topic[];
}

/** A channel: lives 24 hours from its last subscribing, and no longer than the token that made it. */
export interface Channel {
  readonly id: string;
  readonly token: string;
  expiresAt: number;
  usedAt: number;
  subscriptions: Subscription[];
  connection: Connection | undefined;
}

/** The channels of one OAuth client. */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #clock: Clock;
  readonly #alive: (token: string) => boolean;
  /** How many were made since the start. */
  made = 0;

  /** @param alive whether a token still lets anybody in */
  constructor(clock: Clock, alive: (token: string) => boolean) {
    this.#clock = clock;
    this.#alive = alive;
  }

  get all(): Channel[] {
    return [...this.#channels.values()];
  }

  /** Makes a channel; the 21st evicts the one used least recently, unconnected ones first. */
  create(token: string): Channel {
    this.sweep();
    if (this.#channels.size >= MAX_CHANNELS) {
      const [oldest] = this.all.sort(
        (a, b) => Number(!!a.connection) - Number(!!b.connection) || a.usedAt - b.usedAt,
      );
      if (oldest) this.evict(oldest);
    }
    const now = this.#clock.now();
    const channel: Channel = {
      id: `streaming-0-${randomBytes(8).toString("hex")}`,
      token,
      expiresAt: now + LIFE_MS,
      usedAt: now,
      subscriptions: [],
      connection: undefined,
    };
    this.#channels.set(channel.id, channel);
    this.made++;
    return channel;
  }

  find(id: string): Channel | undefined {
    this.sweep();
    return this.#channels.get(id);
  }

  /** Notes that a channel is in use; subscribing again makes it live longer. */
  use(channel: Channel): void {
    channel.usedAt = this.#clock.now();
    channel.expiresAt = channel.usedAt + LIFE_MS;
  }

  /** Takes a channel away as another program's 21st does: its socket gets a notice, then closes. */
  evict(channel: Channel): void {
    this.#channels.delete(channel.id);
    channel.connection?.system("no_longer_subscribed", {
      channelId: channel.id,
      reason: "another_channel_subscribed",
    });
    channel.connection?.close(1000, "no longer subscribed");
  }

  /** Ends what has expired, or whose token is dead. */
  sweep(): void {
    for (const channel of this.all) {
      if (channel.expiresAt > this.#clock.now() && this.#alive(channel.token)) continue;
      this.#channels.delete(channel.id);
      channel.connection?.close(1001, "channel expired");
    }
  }
}
