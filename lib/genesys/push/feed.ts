import { asGenesysError } from "../errors";
import type { CallOptions, Client } from "../http/client";
import type { Notices } from "../notices";
import type { FrameListener } from "./line";
import { CHANNEL_FILL } from "./pace";
import { Share, type ShareParts } from "./share";
import type { Slots } from "./slots";
import type { TopicNames } from "./subscribe";
import type { Surprises } from "./surprises";
import { MAX_TOPICS } from "./topics";

/** What a `Feed` works with. */
export interface FeedParts {
  readonly client: Client;
  readonly slots: Slots;
  readonly notices: Notices;
  readonly surprises: Surprises;
  readonly names: TopicNames;
  /** The word for the ids in messages: `queues` or `agents`. */
  readonly noun: string;
  readonly onFrame: FrameListener;
  readonly onLive: ShareParts["onLive"];
  readonly onChange: ShareParts["onChange"];
  readonly random: () => number;
}

/** How much a feed covers, for status and health. */
export interface FeedReport {
  /** Ids that should be pushed. */
  readonly wanted: number;
  /** Ids whose changes come as events now. */
  readonly covered: number;
  /** Channels with an open socket, and channels wanted. */
  readonly open: number;
  readonly channels: number;
  /** When anything was last heard on any of them, by the monotonic clock. */
  readonly heardAt: number | undefined;
}

/** Keeps the topics of many queues or agents on as many channels as they need and the OAuth client has left. */
export class Feed {
  readonly #parts: FeedParts;
  #shares: Share[] = [];
  #wanted: ReadonlySet<string> = new Set();
  #unplaced: readonly string[] = [];
  #nextIndex = 0;
  #unconfirmed = 0;
  #closed = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  get report(): FeedReport {
    const heard = this.#shares.flatMap(({ heardAt }) => heardAt ?? []);
    return {
      wanted: this.#wanted.size,
      covered: this.#shares.reduce((sum, share) => sum + share.coverage.covered.size, 0),
      open: this.#shares.filter(({ isLive }) => isLive).length,
      channels: this.#shares.length,
      heardAt: heard.length > 0 ? Math.max(...heard) : undefined,
    };
  }

  /** Why ids are not pushed; `undefined` when all are. */
  get problem(): string | undefined {
    const problem = this.#shares.find((share) => share.problem)?.problem;
    return problem?.message ?? (this.#unplaced.length > 0 ? this.#scarcity() : undefined);
  }

  /** Whether the changes of an id come as events now. */
  covers(id: string): boolean {
    const key = id.toLowerCase();
    return this.#shares.some(({ coverage }) => coverage.covered.has(key));
  }

  /** Replaces all channels and subscriptions by new ones. */
  renew(): void {
    for (const share of this.#shares) share.renew();
  }

  /** Sets the ids to push: adds new ones, removes others, and leaves the rest on their channels. */
  async set(ids: readonly string[], options: CallOptions): Promise<void> {
    const wanted = new Set(ids);
    const placed = new Set(this.#shares.flatMap((share) => share.ids));
    const added = ids.filter((id) => !placed.has(id));
    const removed = [...placed].some((id) => !wanted.has(id));
    this.#wanted = wanted;
    if (added.length === 0 && !removed) {
      this.#unplaced = [];
      this.#tell();
      return;
    }
    const lists = this.#shares.map((share) => share.ids.filter((id) => wanted.has(id)));
    const rest = this.#fill(lists, added, CHANNEL_FILL);
    const missing = Math.ceil(rest.length / CHANNEL_FILL);
    const free = missing > 0 ? await this.#free(options) : 0;
    for (let i = 0; i < Math.min(missing, free); i++) lists.push([]);
    let unplaced = this.#fill(lists, rest, CHANNEL_FILL);
    // Channels are scarce: fill them to the limit.
    if (unplaced.length > 0) unplaced = this.#fill(lists, unplaced, MAX_TOPICS);
    this.#unplaced = unplaced;
    await this.#apply(lists);
    this.#tell();
  }

  /** Notices rejected ids and ids without a channel; call when a share has changed. */
  tell(): void {
    this.#tell();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const shares = this.#shares;
    this.#shares = [];
    await Promise.all(shares.map((share) => this.#end(share)));
  }

  #fill(lists: string[][], ids: readonly string[], limit: number): readonly string[] {
    let next = 0;
    for (const list of lists) {
      while (list.length < limit && next < ids.length) list.push(ids[next++]!);
    }
    return ids.slice(next);
  }

  async #free(options: CallOptions): Promise<number> {
    const { slots, client, notices } = this.#parts;
    try {
      const free = await slots.free(client, options);
      notices.set("push-count", undefined, "push: the channels can be counted again");
      return free;
    } catch (thrown) {
      notices.set("push-count", `push: the channels cannot be counted: ${asGenesysError(thrown).message}`);
      return 0;
    }
  }

  async #apply(lists: readonly string[][]): Promise<void> {
    const changes: Promise<void>[] = [];
    const kept: Share[] = [];
    for (const [index, list] of lists.entries()) {
      const known = this.#shares[index];
      if (list.length === 0) {
        if (known) changes.push(this.#end(known));
        continue;
      }
      const share = known ?? this.#make();
      kept.push(share);
      if (!sameList(share.ids, list)) changes.push(share.set(list));
    }
    this.#shares = kept;
    await Promise.all(changes);
    // Closed while channels were being counted: leave none behind.
    if (this.#closed) await this.close();
  }

  #make(): Share {
    this.#parts.slots.enter();
    return new Share(this.#parts, this.#nextIndex++);
  }

  async #end(share: Share): Promise<void> {
    await share.close();
    this.#parts.slots.leave();
  }

  #tell(): void {
    const { notices, noun, surprises } = this.#parts;
    const coverages = this.#shares.map(({ coverage }) => coverage);
    const rejected = coverages.flatMap((coverage) => coverage.rejected);
    const permissions = [...new Set(rejected.flatMap((topic) => topic.permissions))];
    const reasons = [...new Set(rejected.map(({ reason }) => reason))];
    const why =
      permissions.length > 0
        ? `the OAuth client's roles lack the permission ${permissions.join(", ")}`
        : reasons.slice(0, 3).join(", ");
    const named = rejected.slice(0, 5).map(({ id }) => id);
    const ids = `${named.join(", ")}${rejected.length > named.length ? ", …" : ""}`;
    notices.set(
      "push-rejected",
      rejected.length > 0
        ? `push: ${rejected.length} ${noun} are rejected (${ids}): ${why}; their state comes from snapshots every 30 s`
        : undefined,
      `push: all ${noun} are permitted`,
    );
    const partly = coverages.reduce((sum, coverage) => sum + coverage.partly.size, 0);
    notices.set(
      "push-ages",
      partly > 0
        ? `push: for ${partly} ${noun} the topic "activity" is refused; since when the oldest waits comes from snapshots`
        : undefined,
      "push: waiting times are pushed again",
    );
    notices.set(
      "push-slots",
      this.#unplaced.length > 0 ? this.#scarcity() : undefined,
      `push: there are channels for all ${noun} again`,
    );
    const unconfirmed = coverages.reduce((sum, coverage) => sum + coverage.unconfirmed, 0);
    if (unconfirmed > this.#unconfirmed) surprises.add("unconfirmed", unconfirmed - this.#unconfirmed);
    this.#unconfirmed = unconfirmed;
  }

  #scarcity(): string {
    const { noun, slots } = this.#parts;
    const others = slots.others ?? 0;
    const taken = others > 0 ? `other programs with this OAuth client have ${others} of its 20` : "it has 20";
    return `push: no channel is left for ${this.#unplaced.length} ${noun}, ${taken}; their state comes from snapshots every 30 s: choose fewer, or use an OAuth client of its own`;
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
