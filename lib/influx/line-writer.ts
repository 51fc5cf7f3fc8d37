import { type Clock, systemClock, type Timer } from "../time/clock";
import { type Attempt, type BatchOutcome, writeBatch } from "./batch";
import { classify, type Verdict } from "./classify";
import type { Connection } from "./connection";
import {
  asksToWait,
  blamesBucket,
  CLOSED,
  failureOf,
  heldBehind,
  mayBeAway,
  stillPaused,
  TOO_MANY,
  TOO_MUCH,
} from "./failures";
import type { LineRejection, WriteFailure, WriteItem } from "./item";
import { type Entry, Lane } from "./lane";
import { type Batch, Packer } from "./packer";
import { pauseOf, type ServerPause } from "./pause";
import { NS_PER_UNIT, type Precision } from "./precision";
import { ReturnWatch } from "./return-watch";

/** What a `LineWriter` works with. */
export interface WriterOptions {
  readonly connection: Connection;
  /** Lines of one request. */
  readonly batchSize: number;
  /** How long a line may wait for further ones, and how often they go out while they keep coming. */
  readonly flushIntervalMs: number;
  readonly precision: Precision;
  readonly gzip: boolean;
  /** Most held items of unbounded senders: at this number they are written at once, and further ones fail. */
  readonly maxHeldItems?: number;
  readonly clock?: Clock;
  /** Called after every batch, for status, health and log. */
  readonly onBatch?: (report: BatchReport) => void;
  /** Called when a server that could not be reached answers again: back-offs may end. */
  readonly onReturn?: () => void;
}

/** What became of one batch, for status, health and log. */
export interface BatchReport {
  /** Lines of the items that are done with this batch, the rejected ones included. */
  readonly lines: number;
  /** Lines of them that the server refused for good. */
  readonly rejected: readonly LineRejection[];
  readonly requests: number;
  readonly latencyMs?: number | undefined;
  /** Absent when the batch was written. */
  readonly failure?: WriteFailure & { readonly class: Verdict["class"]; readonly warn: boolean };
}

/** Most bytes of lines that wait for a slow server. */
const MAX_HELD_BYTES = 64_000_000;
/** Pause of a batch that needs many requests. */
const ISOLATION_PAUSE_MS = 1_000;
/** How long a request may still run when the writer is closed. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Collects lines into batches and writes them in the order of arrival within each bucket, one request at a time. A
 * failed batch fails everything that waits behind it: whoever keeps the lines sends them again, in order.
 */
export class LineWriter {
  readonly #options: WriterOptions;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  readonly #abort = new AbortController();
  readonly #pause: ServerPause;
  readonly #return: ReturnWatch;
  readonly #packer: Packer;
  #running: Promise<void> | undefined;
  #timer: { readonly timer: Timer; readonly at: number } | undefined;
  #arrivals = 0;
  #flushed = 0;
  #closed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { connection } = options;
    this.#packer = new Packer(options);
    this.#pause = pauseOf(connection.settings);
    this.#return = new ReturnWatch({
      clock: this.#clock,
      ping: (signal) => connection.ping(signal),
      onReturn: () => options.onReturn?.(),
    });
  }

  /** Lines that wait or are being written. */
  get heldLines(): number {
    return this.#sum((lane) => lane.lines);
  }

  /** Takes an item; its outcome comes through `settle`, at once for an item without lines. */
  add(item: WriteItem): void {
    if (this.#closed) return fail(item, CLOSED);
    const lane = this.#lane(item.bucket);
    if (item.lines.length === 0 && lane.isEmpty) return item.settle({ status: "written", rejected: [] });
    if (!item.bounded && this.#isFull()) return fail(item, TOO_MANY);
    if (this.#sum((each) => each.bytes) >= MAX_HELD_BYTES) return fail(item, TOO_MUCH);
    lane.add(item, ++this.#arrivals, this.#dueAt(lane, item.maxWaitMs));
    this.#pump();
  }

  /** Writes all held lines without waiting for more. */
  flush(): void {
    this.#flushed = this.#arrivals;
    this.#pump();
  }

  /** Fails held items, gives the request in flight a moment, and closes the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.timer.cancel();
    this.#return.end();
    this.#failHeld(CLOSED, undefined);
    const grace = this.#clock.after(CLOSE_GRACE_MS, () => this.#abort.abort());
    await this.#running;
    grace.cancel();
    this.#failHeld(CLOSED, undefined);
    this.#return.end();
    await this.#options.connection.close();
  }

  #lane(bucket: string): Lane {
    let lane = this.#lanes.get(bucket);
    if (!lane) this.#lanes.set(bucket, (lane = new Lane(bucket, this.#clock)));
    return lane;
  }

  /** While lines keep coming, a line is due with the next batch, not after a whole interval of its own. */
  #dueAt({ writtenAt }: Lane, maxWaitMs = Infinity): number {
    const now = this.#clock.monotonic();
    const { flushIntervalMs } = this.#options;
    const nextMs = writtenAt + flushIntervalMs - now;
    return now + Math.min(nextMs > 0 ? nextMs : flushIntervalMs, maxWaitMs);
  }

  #sum(of: (lane: Lane) => number): number {
    let sum = 0;
    for (const lane of this.#lanes.values()) sum += of(lane);
    return sum;
  }

  #isFull(): boolean {
    return this.#sum(({ unbounded }) => unbounded) >= (this.#options.maxHeldItems ?? Infinity);
  }

  /** Starts the next batch if one is due and none is running; otherwise waits for the time to come. */
  #pump(): void {
    if (this.#running || this.#closed) return;
    const now = this.#clock.monotonic();
    const full = this.#isFull();
    let next: Lane | undefined;
    let dueAt = Infinity;
    for (const lane of this.#lanes.values()) {
      if (lane.isEmpty) continue;
      if ((full || this.#isDue(lane, now)) && (!next || lane.head < next.head)) next = lane;
      dueAt = Math.min(dueAt, lane.dueAt);
    }
    if (next) {
      this.#wait(undefined);
      this.#running = this.#run(next)
        .catch((error: unknown) => this.#failHeld({ code: "internal", message: String(error) }, undefined))
        .then(() => {
          this.#running = undefined;
          this.#pump();
        });
    } else this.#wait(dueAt === Infinity ? undefined : dueAt);
  }

  /** Pumps again at that time, and not before. */
  #wait(dueAt: number | undefined): void {
    if (this.#timer?.at === dueAt) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (dueAt === undefined) return;
    const timer = this.#clock.after(dueAt - this.#clock.monotonic(), () => {
      this.#timer = undefined;
      this.#pump();
    });
    this.#timer = { timer, at: dueAt };
  }

  #isDue(lane: Lane, now: number): boolean {
    return (
      lane.unsent >= this.#options.batchSize ||
      lane.bytes >= lane.memory.maxBytes ||
      lane.head <= this.#flushed ||
      lane.dueAt <= now
    );
  }

  async #run(lane: Lane): Promise<void> {
    this.#return.rest();
    lane.writtenAt = this.#clock.monotonic();
    const batch = this.#packer.take(lane);
    const { spans, lines } = batch;
    const waitMs = this.#pause.remaining(this.#clock);
    const outcome: BatchOutcome =
      waitMs > 0
        ? stopped(lines, stillPaused(waitMs))
        : await this.#write(lane, batch).catch((error: unknown) =>
            stopped(lines, { class: "retry", code: "internal", text: String(error) }),
          );
    const verdict = outcome.stopped;
    const asks = waitMs <= 0 && verdict && asksToWait(verdict);
    const asked = asks ? this.#pause.ask(verdict.retryAfterMs, this.#clock) : verdict?.retryAfterMs;
    const failure = verdict && failureOf(verdict, asked);
    const done = lane.settle(spans, outcome, failure);
    for (const settle of done.settles) settle();
    if (failure) this.#failHeld(heldBehind(failure), blamesBucket(verdict) ? lane : undefined);
    this.#watchReturn(verdict);
    this.#options.onBatch?.({
      lines: done.lines,
      rejected: done.rejected,
      requests: outcome.requests,
      latencyMs: outcome.batch?.latencyMs,
      ...(failure && { failure: { ...failure, class: verdict.class, warn: verdict.warn ?? false } }),
    });
  }

  async #write(lane: Lane, batch: Batch): Promise<BatchOutcome> {
    const { memory } = lane;
    const { lines } = batch;
    const outcome = await writeBatch(lines, {
      memory,
      nsPerUnit: NS_PER_UNIT[this.#options.precision],
      send: (part) => this.#send(lane, batch, part),
      pause: () => new Promise((resolve) => this.#clock.after(ISOLATION_PAUSE_MS, resolve)),
    });
    if (outcome.stopped) memory.failed(lines[0] ?? "", outcome.stopped);
    else this.#pause.end();
    return outcome;
  }

  async #send(lane: Lane, batch: Batch, lines: readonly string[]): Promise<Attempt> {
    const { connection, precision } = this.#options;
    const { bucket } = lane;
    const started = this.#clock.monotonic();
    const body = await this.#packer.bodyOf(batch, lines);
    const answering = connection.write({ body, bucket, precision, signal: this.#abort.signal });
    this.#packer.packNext(lane);
    const answer = await answering;
    return {
      verdict: classify(answer, this.#clock.now()),
      body: answer.kind === "answer" ? answer.body : "",
      bytes: body.bytes,
      latencyMs: Math.round(this.#clock.monotonic() - started),
    };
  }

  /** Starts or ends the watch for the return of a server that could not be reached. */
  #watchReturn(verdict: Verdict | undefined): void {
    if (this.#closed || !verdict) this.#return.end();
    else if (mayBeAway(verdict)) this.#return.failed();
  }

  /** Fails waiting items in the order of arrival, of one bucket or of all. */
  #failHeld(error: WriteFailure, only: Lane | undefined): void {
    const lanes = only ? [only] : [...this.#lanes.values()];
    const held: Entry[] = lanes.flatMap((lane) => lane.drain());
    for (const { item } of held.sort((a, b) => a.arrival - b.arrival)) fail(item, error);
  }
}

function fail(item: WriteItem, error: WriteFailure): void {
  item.settle({ status: "failed", error });
}

function stopped(lines: readonly string[], verdict: Verdict): BatchOutcome {
  return { stopped: verdict, settled: lines.map(() => false), rejected: new Map(), requests: 0 };
}
