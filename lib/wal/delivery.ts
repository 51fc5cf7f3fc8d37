import { Breather } from "../time/breather";
import type { Clock, Timer } from "../time/clock";
import { backoffMs } from "../time/backoff";
import type { WalLog } from "./log";
import type { WalRecord } from "./reader";

/** A record that is handed to the writer. */
export interface Sending {
  readonly record: WalRecord;
  /** Which attempt of which life of the buffer this is: an answer tells it back. */
  readonly attempt: number;
  /** The first one after a failure: nothing follows before its answer, so it should not wait for company. */
  readonly probe: boolean;
}

/** An answer, as it comes back on a message. */
export interface Answer {
  readonly seq: number;
  /** As in `Sending`; absent when the message lost it on its way. */
  readonly attempt?: number | undefined;
}

export interface DeliveryOptions {
  readonly log: Pick<WalLog, "next" | "ack" | "rewind" | "onKept">;
  readonly clock: Clock;
  /** So many lines may be on their way without an answer; one record may always. */
  readonly window: number;
  /** No answer for so long counts as none. */
  readonly ackTimeoutMs: number;
  readonly send: (sending: Sending) => void;
  /** No answer came. `never`: none ever did, so probably none can. */
  readonly onStalled: (stalled: { records: number; lines: number; never: boolean }) => void;
  /** Reading the log failed; it is tried again. */
  readonly onReadError: (error: Error) => void;
  /** `state` may be another one now. */
  readonly onChange: () => void;
  readonly random?: () => number;
}

/** What delivery is doing, for status and health. */
export interface DeliveryState {
  readonly doing: "idle" | "sending" | "backing-off" | "paused" | "stalled";
  readonly lines: number;
  /** When a back-off ends, milliseconds since the epoch. */
  readonly until?: number;
}

const BACKOFF = { baseMs: 1_000, maxMs: 5 * 60_000 };
const READ_RETRY_MS = 5_000;

/** Attempts are numbered by time, so that no answer to an earlier life of a buffer, or of Node-RED, is taken for a new one. */
let lastAttempt = 0;
function nextAttempt(): number {
  lastAttempt = Math.max(lastAttempt + 1, Date.now());
  return lastAttempt;
}

/**
 * Hands the log's records to a writer, in order, a window at a time. After a failure it waits, then starts again at the
 * oldest record without an acknowledgement, with that record alone until one is acknowledged.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #firstAttempt = nextAttempt();
  #attempt = this.#firstAttempt;
  readonly #onTheWay = new Map<number, number>();
  #lines = 0;
  #held: WalRecord | undefined;
  #failures = 0;
  #probing = false;
  #paused = false;
  #closed = false;
  #stalled = false;
  #everAcked = false;
  #pumping = false;
  #again = false;
  #backoff: { timer: Timer; until: number; asked: boolean } | undefined;
  #readRetry: Timer | undefined;
  #patience: Timer | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    options.log.onKept(() => this.#pump());
    this.#pump();
  }

  get state(): DeliveryState {
    const lines = this.#lines;
    if (this.#paused) return { doing: "paused", lines };
    if (this.#backoff) return { doing: "backing-off", lines, until: this.#backoff.until };
    if (this.#stalled) return { doing: "stalled", lines };
    return { doing: this.#onTheWay.size > 0 ? "sending" : "idle", lines };
  }

  /** A record was written, all but `rejected` lines. Late answers to an earlier attempt count: it is written. */
  written({ seq, attempt }: Answer, rejected: number): void {
    if (this.#isStale(attempt)) return;
    const lines = this.#onTheWay.get(seq);
    if (lines === undefined) return;
    this.#onTheWay.delete(seq);
    this.#lines -= lines;
    this.#options.log.ack(seq, rejected);
    this.#failures = 0;
    this.#probing = this.#stalled = false;
    this.#everAcked = true;
    this.#watch();
    this.#pump();
    this.#options.onChange();
  }

  /** A record was not written. Everything on the way goes back; answers to it that are still to come mean nothing. */
  failed({ seq, attempt }: Answer, retryAfterMs?: number): void {
    if (this.#isStale(attempt) || (attempt !== undefined && attempt !== this.#attempt)) return;
    if (!this.#onTheWay.has(seq)) return;
    this.#everAcked = true;
    this.#stalled = false;
    this.#takeBack();
    this.#wait(retryAfterMs);
  }

  /** The database is known to be down, though no record of this log met it: what is appended now waits a while. */
  outage(retryAfterMs?: number): void {
    if (this.#onTheWay.size === 0 && !this.#backoff && !this.#closed) this.#wait(retryAfterMs);
  }

  /** The database is known to work: a back-off that nobody asked for may end. */
  recovered(): void {
    if (this.#backoff && !this.#backoff.asked) this.#endBackoff();
  }

  pause(): void {
    this.#paused = true;
    this.#options.onChange();
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
    this.#options.onChange();
  }

  /** Sends again from the oldest record without an acknowledgement, now: ends a pause and a back-off. */
  replay(): void {
    this.#paused = false;
    this.#takeBack();
    this.#failures = 0;
    this.#endBackoff();
    this.#pump();
    this.#options.onChange();
  }

  close(): void {
    this.#closed = true;
    this.#backoff?.timer.cancel();
    this.#readRetry?.cancel();
    this.#patience?.cancel();
  }

  #isStale(attempt: number | undefined): boolean {
    return this.#closed || (attempt !== undefined && attempt < this.#firstAttempt);
  }

  #pump(): void {
    this.#again = true;
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#send()
      .catch((error: unknown) => this.#readFailed(error))
      .finally(() => {
        this.#pumping = false;
        // Something may have happened after the loop looked for the last time.
        if (this.#again) this.#pump();
      });
  }

  async #send(): Promise<void> {
    // Many small records are in memory at once: without a pause, all of a window would be sent in one go.
    const breather = new Breather();
    this.#again = false;
    while (this.#maySend()) {
      if (breather.due) {
        await breather.breathe();
        continue;
      }
      this.#again = false;
      const attempt = this.#attempt;
      const record = this.#held ?? (await this.#options.log.next());
      if (attempt !== this.#attempt) {
        // Taken back while it was being read: the log has to hand it out again.
        this.#options.log.rewind();
        this.#held = undefined;
        continue;
      }
      this.#held = record;
      if (!record || !this.#maySend(record.lines.length)) return;
      this.#held = undefined;
      const isFirst = this.#onTheWay.size === 0;
      this.#onTheWay.set(record.seq, record.lines.length);
      this.#lines += record.lines.length;
      if (isFirst) this.#watch();
      this.#options.send({ record, attempt, probe: this.#probing });
      this.#options.onChange();
    }
  }

  #maySend(more = 1): boolean {
    if (this.#closed || this.#paused || this.#backoff || this.#readRetry) return false;
    if (this.#onTheWay.size === 0) return true;
    return !this.#probing && this.#lines + more <= this.#options.window;
  }

  #readFailed(caught: unknown): void {
    if (this.#closed) return;
    this.#options.onReadError(caught instanceof Error ? caught : new Error(String(caught)));
    this.#readRetry = this.#options.clock.after(READ_RETRY_MS, () => {
      this.#readRetry = undefined;
      this.#pump();
    });
  }

  #takeBack(): void {
    this.#attempt = nextAttempt();
    this.#onTheWay.clear();
    this.#lines = 0;
    this.#held = undefined;
    this.#probing = true;
    this.#patience?.cancel();
    this.#patience = undefined;
    this.#options.log.rewind();
  }

  #wait(retryAfterMs: number | undefined): void {
    this.#failures++;
    const { clock, random } = this.#options;
    const delay = retryAfterMs ?? backoffMs(this.#failures, { ...BACKOFF, ...(random && { random }) });
    this.#probing = true;
    this.#backoff = {
      timer: clock.after(delay, () => this.#endBackoff()),
      until: clock.now() + delay,
      asked: retryAfterMs !== undefined,
    };
    this.#options.onChange();
  }

  #endBackoff(): void {
    this.#backoff?.timer.cancel();
    this.#backoff = undefined;
    this.#pump();
    this.#options.onChange();
  }

  /** Counts from the last answer, not from the sending: with a full window, the last one waits for all before it. */
  #watch(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
    if (this.#onTheWay.size === 0 || this.#closed) return;
    this.#patience = this.#options.clock.after(this.#options.ackTimeoutMs, () => {
      const stalled = { records: this.#onTheWay.size, lines: this.#lines, never: !this.#everAcked };
      this.#stalled = true;
      this.#options.onStalled(stalled);
      this.#takeBack();
      this.#pump();
      this.#options.onChange();
    });
  }
}
