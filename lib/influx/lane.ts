import type { Clock } from "../time/clock";
import type { BatchOutcome } from "./batch";
import type { ItemOutcome, LineRejection, WriteFailure, WriteItem } from "./item";
import { BucketMemory } from "./bucket-memory";

/** An item on its way. */
export interface Entry {
  readonly item: WriteItem;
  /** Number of its arrival, over all buckets. */
  readonly arrival: number;
  /** When it goes out although nothing joined it, by the monotonic clock. */
  readonly dueAt: number;
  readonly bytes: number;
  /** Lines that have been put into a request. */
  sent: number;
  inFlight: boolean;
  rejected: LineRejection[];
  batch?: BatchOutcome["batch"];
}

/** What became of the entries of one request. */
export interface Settled {
  /** Gives the entries their outcome, in order; to be called when the lane is consistent again. */
  readonly settles: readonly (() => void)[];
  /** Lines of the entries that are done, the rejected ones included. */
  readonly lines: number;
  readonly rejected: readonly LineRejection[];
}

/** Lines `from` (included) to `to` (excluded) of an entry. */
export interface Span {
  readonly entry: Entry;
  readonly from: number;
  readonly to: number;
}

/** The items for one bucket, in the order of arrival. */
export class Lane {
  readonly bucket: string;
  readonly memory: BucketMemory;
  /** Not settled yet, the oldest first. */
  readonly entries: Entry[] = [];
  /** Lines and bytes of all entries. */
  lines = 0;
  bytes = 0;
  /** Lines that are in no request yet. */
  unsent = 0;
  /** Entries whose number nobody bounds. */
  unbounded = 0;

  #dueAt: number | undefined;

  constructor(bucket: string, clock: Clock) {
    this.bucket = bucket;
    this.memory = new BucketMemory(clock);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Number of the oldest arrival. */
  get head(): number {
    return this.entries[0]?.arrival ?? Infinity;
  }

  /** When the first of the entries is due. */
  get dueAt(): number {
    this.#dueAt ??= this.entries.reduce((first, { dueAt }) => Math.min(first, dueAt), Infinity);
    return this.#dueAt;
  }

  add(item: WriteItem, arrival: number, dueAt: number): void {
    let bytes = item.lines.length;
    for (const line of item.lines) bytes += Buffer.byteLength(line);
    const entry: Entry = { item, arrival, dueAt, bytes, sent: 0, inFlight: false, rejected: [] };
    this.entries.push(entry);
    this.#dueAt = Math.min(this.dueAt, dueAt);
    this.#count(entry, 1);
  }

  /** Takes the next lines for a request: at most `maxLines`, and no more bytes than the server takes. */
  take(maxLines: number): Span[] {
    const spans: Span[] = [];
    let room = maxLines;
    let bytes = this.memory.maxBytes;
    for (const entry of this.entries) {
      const from = entry.sent;
      const { lines } = entry.item;
      let to = Math.min(lines.length, from + room);
      if (from === 0 && to === lines.length && entry.bytes <= bytes) bytes -= entry.bytes;
      else
        for (to = from; to < lines.length && to < from + room; to++) {
          bytes -= Buffer.byteLength(lines[to]!) + 1;
          // One line goes out however long it is: the server is the one to refuse it.
          if (bytes < 0 && (to > from || spans.length > 0)) break;
        }
      if (to === from && lines.length > 0) break;
      spans.push({ entry, from, to });
      entry.sent = to;
      entry.inFlight = true;
      room -= to - from;
      if (to < lines.length || room === 0 || bytes < 0) break;
    }
    this.unsent -= maxLines - room;
    return spans;
  }

  /**
   * Takes the entries of a request out of the lane, as far as they are done. Of a batch that was given up, those in front
   * that were done are still written; from the first that was not, all fail, so that the order is kept when they come
   * again.
   */
  settle(spans: readonly Span[], outcome: BatchOutcome, failure: WriteFailure | undefined): Settled {
    const settles: (() => void)[] = [];
    const rejected: LineRejection[] = [];
    let lines = 0;
    let at = 0;
    let broken = false;
    for (const { entry, from, to } of spans) {
      const start = at;
      at += to - from;
      entry.inFlight = false;
      if (failure && !broken) broken = !allSettled(outcome.settled, start, at);
      if (broken && failure) {
        settles.push(() => entry.item.settle({ status: "failed", error: failure }));
        continue;
      }
      for (const [index, rejection] of outcome.rejected)
        if (index >= start && index < at) entry.rejected.push({ ...rejection, at: index - start + from });
      if (outcome.batch) entry.batch = outcome.batch;
      if (to < entry.item.lines.length) continue;
      lines += entry.item.lines.length;
      rejected.push(...entry.rejected);
      settles.push(() => entry.item.settle(written(entry)));
    }
    // The entries of a request are the first of the lane; only the last of them can have lines left.
    this.#remove(settles.length);
    return { settles, lines, rejected };
  }

  /** Takes out everything that is not in a request now. */
  drain(): Entry[] {
    const held = this.entries.filter((entry) => !entry.inFlight);
    const kept = this.entries.filter((entry) => entry.inFlight);
    this.#remove(this.entries.length);
    for (const entry of kept) this.#count(entry, 1);
    this.entries.push(...kept);
    return held;
  }

  #remove(count: number): void {
    for (const entry of this.entries.splice(0, count)) this.#count(entry, -1);
    this.#dueAt = undefined;
  }

  #count({ item, bytes, sent }: Entry, sign: 1 | -1): void {
    this.lines += sign * item.lines.length;
    this.unsent += sign * (item.lines.length - sent);
    this.bytes += sign * bytes;
    if (!item.bounded) this.unbounded += sign;
  }
}

function written({ rejected, batch }: Entry): ItemOutcome {
  return {
    status: "written",
    rejected: rejected.sort((a, b) => a.at - b.at),
    ...(batch && { batch }),
  };
}

function allSettled(settled: readonly boolean[], from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!settled[i]) return false;
  return true;
}
