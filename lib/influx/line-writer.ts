import { type Clock, systemClock, type Timer } from "../time/clock";
import { shorten } from "./answer";
import { type Attempt, type BatchOutcome, writeBatch } from "./batch";
import { classify, type Verdict } from "./classify";
import type { Connection, Precision } from "./connection";
import type { WriteFailure, WriteItem } from "./item";
import { type Entry, Lane, type Span } from "./lane";
import { pauseOf } from "./pause";

export interface WriterOptions {
  readonly connection: Connection;
  /** Lines of one request. */
  readonly batchSize: number;
  /** How long a line may wait for others. */
  readonly flushIntervalMs: number;
  readonly precision: Precision;
  readonly gzip: boolean;
  /** Items held at the same time; more are failed at once. */
  readonly maxHeldItems?: number;
  readonly clock?: Clock;
  /** Told about every batch; for status, health and log. */
  readonly onBatch?: (report: BatchReport) => void;
}

/** One batch, for those who watch. */
export interface BatchReport {
  readonly lines: number;
  readonly rejected: number;
  readonly requests: number;
  readonly latencyMs?: number | undefined;
  /** Absent when the batch was written. */
  readonly failure?: WriteFailure & { readonly class: Verdict["class"]; readonly warn: boolean };
}

/** Memory for lines that wait for a slow server. */
const MAX_HELD_BYTES = 64_000_000;
/** Between two attempts when only a person can help. */
const CONFIGURATION_RETRY_MS = 60_000;
/** A batch that needs many requests waits this long after every 64. */
const ISOLATION_PAUSE_MS = 1_000;
/** How long a request may still run when the writer is closed. */
const CLOSE_GRACE_MS = 5_000;
const NS_PER_UNIT: Record<Precision, bigint> = { ns: 1n, us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n };

/**
 * Collects lines into batches and writes them, in the order of arrival within each bucket and with one request in flight.
 * A failed batch fails everything that waits behind it: whoever keeps the lines sends them again, in order.
 */
export class LineWriter {
  readonly #options: WriterOptions;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  #arrivals = 0;
  #flushed = 0;
  #closed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Lines that wait or are being written. */
  get heldLines(): number {
    return this.#sum((lane) => lane.lines);
  }

  /** Takes lines; their outcome comes through `settle`, for an item without lines at once. */
  add(item: WriteItem): void {
    if (this.#closed) return fail(item, CLOSED);
    const lane = this.#lane(item.bucket);
    if (item.lines.length === 0 && lane.isEmpty) return item.settle({ status: "written", rejected: [] });
    if (this.#sum(({ entries }) => entries.length) >= (this.#options.maxHeldItems ?? Infinity))
      return fail(item, {
        code: "buffer-full",
        message: "more messages wait than nodeMessageBufferMaxLength allows",
      });
    if (this.#sum((each) => each.bytes) >= MAX_HELD_BYTES)
      return fail(item, { code: "buffer-full", message: "more than 64 MB of lines wait to be written" });
    lane.add(item, ++this.#arrivals, this.#clock.now());
    this.#pump();
  }

  /** Writes what is held now, without waiting for more. */
  flush(): void {
    this.#flushed = this.#arrivals;
    this.#pump();
  }

  /** Fails what is held, gives the request in flight a few seconds, and closes the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    this.#failHeld(CLOSED, undefined);
    const grace = this.#clock.after(CLOSE_GRACE_MS, () => this.#abort.abort());
    await this.#running;
    grace.cancel();
    this.#failHeld(CLOSED, undefined);
    await this.#options.connection.close();
  }

  #lane(bucket: string): Lane {
    let lane = this.#lanes.get(bucket);
    if (!lane) this.#lanes.set(bucket, (lane = new Lane(bucket)));
    return lane;
  }

  #sum(of: (lane: Lane) => number): number {
    let sum = 0;
    for (const lane of this.#lanes.values()) sum += of(lane);
    return sum;
  }

  /** Starts the next batch if one is due and none is running; otherwise waits for the time to come. */
  #pump(): void {
    if (this.#running || this.#closed) return;
    let next: Lane | undefined;
    let oldest: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.isEmpty) continue;
      if (this.#isDue(lane) && (!next || lane.head < next.head)) next = lane;
      if (!oldest || lane.since < oldest.since) oldest = lane;
    }
    if (next) {
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#running = this.#run(next)
        .catch((error: unknown) => this.#failHeld({ code: "internal", message: String(error) }, undefined))
        .then(() => {
          this.#running = undefined;
          this.#pump();
        });
    } else if (oldest && !this.#timer) {
      const dueInMs = oldest.since + this.#options.flushIntervalMs - this.#clock.now();
      this.#timer = this.#clock.after(dueInMs, () => {
        this.#timer = undefined;
        this.#pump();
      });
    }
  }

  #isDue(lane: Lane): boolean {
    const { batchSize, flushIntervalMs } = this.#options;
    return (
      lane.unsent >= batchSize ||
      lane.bytes >= lane.memory.maxBytes ||
      lane.head <= this.#flushed ||
      lane.since + flushIntervalMs <= this.#clock.now()
    );
  }

  async #run(lane: Lane): Promise<void> {
    const spans = lane.take(this.#options.batchSize);
    const lines = linesOf(spans);
    const waitMs = pauseOf(this.#options.connection.settings.url).remaining(this.#clock.now());
    const outcome: BatchOutcome =
      waitMs > 0
        ? stopped(lines, stillPaused(waitMs))
        : await this.#write(lane, lines).catch((error: unknown) =>
            stopped(lines, { class: "retry", code: "internal", text: String(error) }),
          );
    const failure = outcome.stopped && this.#failureOf(outcome.stopped);
    for (const settle of lane.settle(spans, outcome, failure)) settle();
    if (failure) this.#failHeld(failure, blamesBucket(outcome.stopped) ? lane : undefined);
    this.#options.onBatch?.({
      lines: lines.length,
      rejected: failure ? 0 : outcome.rejected.size,
      requests: outcome.requests,
      latencyMs: outcome.batch?.latencyMs,
      ...(failure &&
        outcome.stopped && {
          failure: { ...failure, class: outcome.stopped.class, warn: outcome.stopped.warn ?? false },
        }),
    });
  }

  async #write(lane: Lane, lines: readonly string[]): Promise<BatchOutcome> {
    const { memory, bucket } = lane;
    const outcome = await writeBatch(lines, {
      memory,
      nsPerUnit: NS_PER_UNIT[this.#options.precision],
      send: (part) => this.#send(bucket, part),
      pause: () => new Promise((resolve) => this.#clock.after(ISOLATION_PAUSE_MS, resolve)),
    });
    if (outcome.stopped) memory.failed(lines[0] ?? "", outcome.stopped, this.#clock.now());
    return outcome;
  }

  async #send(bucket: string, lines: readonly string[]): Promise<Attempt> {
    const { connection, precision, gzip } = this.#options;
    const body = lines.join("\n");
    const started = this.#clock.now();
    const answer = await connection.write({ body, bucket, precision, gzip, signal: this.#abort.signal });
    const now = this.#clock.now();
    return {
      verdict: classify(answer, now),
      body: answer.kind === "answer" ? answer.body : "",
      bytes: Buffer.byteLength(body),
      latencyMs: now - started,
    };
  }

  #failureOf({ class: verdictClass, code, text, statusCode, retryAfterMs }: Verdict): WriteFailure {
    if (retryAfterMs !== undefined)
      pauseOf(this.#options.connection.settings.url).until(this.#clock.now() + retryAfterMs);
    const wait = verdictClass === "configuration" ? CONFIGURATION_RETRY_MS : retryAfterMs;
    const unknown = code === "aborted" ? " before its answer came; the lines may be stored" : "";
    return {
      message: shorten(text) + unknown,
      code,
      ...(statusCode !== undefined && { statusCode }),
      ...(wait !== undefined && { retryAfterMs: wait }),
    };
  }

  /** Fails what waits, in the order of arrival; in one bucket only, or in all. */
  #failHeld(error: WriteFailure, only: Lane | undefined): void {
    const lanes = only ? [only] : [...this.#lanes.values()];
    const held: Entry[] = lanes.flatMap((lane) => lane.drain());
    for (const { item } of held.sort((a, b) => a.arrival - b.arrival)) fail(item, error);
  }
}

/** For what waits when the writer is closed. */
const CLOSED: WriteFailure = { code: "closed", message: "the node was closed before all lines were sent" };

function fail(item: WriteItem, error: WriteFailure): void {
  item.settle({ status: "failed", error });
}

function linesOf(spans: readonly Span[]): readonly string[] {
  const [first] = spans;
  if (first && spans.length === 1 && first.from === 0 && first.to === first.entry.item.lines.length)
    return first.entry.item.lines;
  const all: string[] = [];
  for (const { entry, from, to } of spans) for (let at = from; at < to; at++) all.push(entry.item.lines[at]!);
  return all;
}

function stopped(lines: readonly string[], verdict: Verdict): BatchOutcome {
  return { stopped: verdict, settled: lines.map(() => false), rejected: new Map(), requests: 0 };
}

function stillPaused(waitMs: number): Verdict {
  return {
    class: "retry",
    code: "rate-limited",
    text: `InfluxDB asked to wait; ${Math.ceil(waitMs / 1000)} s are left`,
    retryAfterMs: waitMs,
  };
}

/** A bucket that is missing or closed to us says nothing about the other buckets. */
function blamesBucket(verdict: Verdict | undefined): boolean {
  return verdict?.code === "not-found" || verdict?.code === "forbidden" || verdict?.code === "all-refused";
}
