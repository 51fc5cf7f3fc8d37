import type { Clock } from "../time/clock";
import type { BatchOutcome } from "./batch";
import type { ItemOutcome, LineRejection, WriteFailure, WriteItem } from "./item";
import { BucketMemory } from "./bucket-memory";

/** An item that waits in a lane or is being written. */
export interface Entry {
  readonly item: WriteItem;
  /** Number of its arrival, over all buckets. */
  readonly arrival: number;
  /** Latest time to write it, by the monotonic clock. */
  readonly dueAt: number;
  readonly bytes: number;
  /** Lines that have been put into a request. */
  sent: number;
  inFlight: boolean;
  rejected: LineRejection[];
  batch?: BatchOutcome["batch"];
}

/** The outcomes of one request's entries. */
export interface Settled {
  /** Callbacks that settle the entries, in order; call them once the lane is consistent. */
  readonly settles: readonly (() => void)[];
  /** Lines of the settled entries, rejected ones included. */
  readonly lines: number;
  readonly rejected: readonly LineRejection[];
}

/** Lines `from` (included) to `to` (excluded) of an entry. */
export interface Span {
  readonly entry: Entry;
  readonly from: number;
  readonly to: number;
}

/** Holds the items for one bucket, in the order of arrival. */
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
  /** Entries whose sender does not bound their number. */
  unbounded = 0;
  /** When the last batch went out, by the monotonic clock. */
  writtenAt = -Infinity;

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

  /** Takes the next lines for a request; see {@link next}. */
  take(maxLines: number): readonly Span[] {
    const spans = this.next(maxLines);
    for (const { entry, from, to } of spans) {
      entry.sent = to;
      entry.inFlight = true;
      this.unsent -= to - from;
    }
    return spans;
  }

  /** The next lines for a request: at most `maxLines`, and no more bytes than the server takes. */
  next(maxLines: number): readonly Span[] {
    const spans: Span[] = [];
    let room = maxLines;
    let bytes = this.memory.maxBytes;
    for (const entry of this.entries) {
      const from = entry.sent;
      const { lines } = entry.item;
      if (entry.inFlight && from === lines.length) continue;
      let to = Math.min(lines.length, from + room);
      if (from === 0 && to === lines.length && entry.bytes <= bytes) bytes -= entry.bytes;
      else
        for (to = from; to < lines.length && to < from + room; to++) {
          bytes -= Buffer.byteLength(lines[to]!) + 1;
          // Always take one line, however long: the server will refuse it.
          if (bytes < 0 && (to > from || spans.length > 0)) break;
        }
      if (to === from && lines.length > 0) break;
      spans.push({ entry, from, to });
      room -= to - from;
      if (to < lines.length || room === 0 || bytes < 0) break;
    }
    return spans;
  }

  /**
   * Removes the finished entries of a request. Of a batch that was given up, the finished ones in front count as
   * written; from the first unfinished one on all fail, so that the order holds when they come again.
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

  /** Removes all entries that are in no request. */
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
