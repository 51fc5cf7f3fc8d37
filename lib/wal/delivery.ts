import { type FailedOutcome, REFUSED_CODE, type WrittenOutcome } from "../terms/messages";
import { Breather } from "../time/breather";
import { BackOff } from "./back-off";
import type { AnswerTo, DeliveryOptions, DeliveryState } from "./delivery-options";
import { Feed } from "./feed";
import { OnTheWay } from "./on-the-way";
import { ReadRetry } from "./read-retry";
import { type Parcel, parcelOf } from "./parcel";
import { RefusalSearch } from "./refusal-search";
import { Settling } from "./settling";

/** When the settings are blamed. */
const BLAMED_RETRY_MS = 60_000;
/** Lines that are joined into one message with `inFlight: one`. */
const JOINED_LINES = 500;
/** A record that is refused again so often, although the server takes others, is given up whole. */
const MAX_PROVEN_REFUSALS = 3;

/**
 * Hands the log's records to a writer, in order, a window at a time. After a failure it waits, then starts again at the
 * oldest record without an acknowledgement, with that record alone until one is acknowledged. After a refusal of the
 * whole it offers what lies behind, see {@link RefusalSearch}.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #backOff: BackOff;
  readonly #settling: Settling;
  readonly #feed: Feed;
  readonly #reading: ReadRetry;
  readonly #onTheWay: OnTheWay;
  #probing = false;
  #paused = false;
  #closed = false;
  #stalls = 0;
  #everAnswered = false;
  #pumping = false;
  #again = false;
  #search: RefusalSearch | undefined;
  /** Of a refused record: how often the server took others, so that it is known to be at fault. */
  #proven = { seq: -1, times: 0 };

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const goOn = () => this.#goOn();
    this.#backOff = new BackOff(options.clock, goOn, options.random);
    this.#onTheWay = new OnTheWay(options.clock, options.ackTimeoutMs, () => this.#stalled());
    this.#settling = new Settling({
      ...{ keepRejected: options.keepRejected, window: options.window },
      ack: (seq, rejected) => options.log.ack(seq, rejected),
      onSettled: (parcel, refused) => {
        options.onSettled?.(parcel, refused);
        this.#goOn();
      },
    });
    this.#reading = new ReadRetry(options.clock, options.onReadError, goOn);
    const joinLines = options.inFlight === "one" ? Math.min(options.window, JOINED_LINES) : 0;
    this.#feed = new Feed(options.log, (seq) => this.#settling.covers(seq), joinLines);
    options.log.onKept(goOn);
    this.#pump();
  }

  get state(): DeliveryState {
    const { lines, size } = this.#onTheWay;
    if (this.#paused) return { doing: "paused", lines };
    if (this.#reading.waiting) return { doing: "unreadable", lines };
    const nextTryInMs = this.#backOff.leftMs;
    const wait = nextTryInMs !== undefined && { nextTryInMs };
    if (this.#search) return { doing: this.#search.blamed ? "blamed" : "searching", lines, ...wait };
    if (wait) return { doing: "backing-off", lines, ...wait };
    if (this.#stalls > 0) return { doing: "stalled", lines };
    return { doing: size > 0 ? "sending" : "idle", lines };
  }

  /** A parcel was written, all but what is named. Late answers to an earlier attempt count: it is written. */
  written(to: AnswerTo, outcome: Pick<WrittenOutcome, "rejected" | "rejections">): void {
    const parcel = this.#onTheWay.written(to);
    if (!parcel || this.#closed) return;
    this.#answered();
    if (this.#search) return this.#accepted(parcel, outcome.rejected);
    this.#onTheWay.remove(parcel);
    this.#backOff.reset();
    this.#probing = false;
    this.#settling.settle(parcel, outcome);
    this.#goOn();
  }

  /** A parcel was not written. Everything on the way goes back; answers to it that are still to come mean nothing. */
  failed(to: AnswerTo, { retryAfterMs, refused }: Partial<FailedOutcome> = {}, reason = ""): void {
    const parcel = this.#onTheWay.failed(to);
    if (!parcel || this.#closed) return;
    this.#answered();
    if (refused && this.#search) return this.#refusedToo(this.#search);
    this.#search = undefined;
    const last = this.#onTheWay.lastSeq;
    this.#takeBack();
    if (refused) this.#refused(parcel, last, reason);
    else this.#backOff.wait(retryAfterMs);
    this.#options.onChange();
  }

  /** The database is known to be down, though no record of this log met it: what is appended now waits a while. */
  outage(retryAfterMs?: number): void {
    if (this.#onTheWay.size > 0 || this.#isWaiting || this.#search || this.#closed) return;
    this.#probing = true;
    this.#backOff.wait(retryAfterMs);
    this.#options.onChange();
  }

  /** The database is known to work: a back-off that nobody asked for may end. */
  recovered(): void {
    if (this.#isWaiting && !this.#backOff.asked) this.#backOff.end();
  }

  pause(): void {
    this.#paused = true;
    this.#options.onChange();
  }

  resume(): void {
    this.#paused = false;
    this.#goOn();
  }

  /** Sends again from the oldest record without an acknowledgement, now: ends a pause, a back-off and a search. */
  replay(): void {
    this.#paused = false;
    this.#search = undefined;
    this.#backOff.reset();
    this.#takeBack();
    this.#backOff.end();
  }

  /** The nodes behind this one may be new ones, which know nothing of what is on its way: it is sent again now. */
  resend(): void {
    if (this.#closed || this.#onTheWay.size === 0) return;
    this.#takeBack();
    this.#goOn();
  }

  close(): void {
    this.#closed = true;
    this.#backOff.cancel();
    this.#reading.close();
    this.#onTheWay.close();
  }

  /** Resolves when no dead letter is on its way to the disk. */
  idle(): Promise<void> {
    return this.#settling.idle();
  }

  get #isWaiting(): boolean {
    return this.#backOff.leftMs !== undefined;
  }

  #answered(): void {
    this.#everAnswered = true;
    this.#stalls = 0;
  }

  /** The head of the log was refused: the records behind it show whether that is its own fault. */
  #refused(parcel: Parcel, last: number, reason: string): void {
    if (this.#proven.seq === parcel.seq && this.#proven.times >= MAX_PROVEN_REFUSALS) {
      // Should the writer not isolate it: the server takes others, so nothing behind waits for it any longer.
      const all = { at: parcel.lines.map((_line, index) => index), message: reason, code: REFUSED_CODE };
      this.#settling.settle(parcel, { rejected: 0, rejections: [all] });
      return this.#pump();
    }
    if (parcel.records.length > 1) this.#feed.apartTo(last);
    this.#search = new RefusalSearch(parcel.seq, last, reason);
    this.#pump();
  }

  /** What was offered was refused as well. */
  #refusedToo(search: RefusalSearch): void {
    this.#takeBack();
    const known = search.blamed;
    if (search.refused()) this.#blame(search, known);
    else this.#pump();
  }

  #blame(search: RefusalSearch, known: boolean): void {
    if (!known) this.#options.onBlamed?.(search.reason, search.offers);
    this.#backOff.waitFor(BLAMED_RETRY_MS);
    this.#options.onChange();
  }

  /** What was offered was taken, so the head is at fault: all from it on is sent again, in order. */
  #accepted(parcel: Parcel, rejected: number): void {
    const search = this.#search!;
    if (rejected >= parcel.lines.length) return this.#refusedToo(search);
    this.#search = undefined;
    const { seq, times } = this.#proven;
    this.#proven = { seq: search.head, times: seq === search.head ? times + 1 : 1 };
    this.#backOff.reset();
    this.#takeBack();
    this.#backOff.end();
  }

  #goOn(): void {
    this.#pump();
    this.#options.onChange();
  }

  #pump(): void {
    this.#again = true;
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#send()
      .then(() => this.#reading.worked())
      .catch((error: unknown) => {
        if (this.#closed) return;
        this.#reading.failed(error);
        this.#options.onChange();
      })
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
      const attempt = this.#onTheWay.attempt;
      if (this.#search) return this.#offer(this.#search, attempt);
      const ahead = await this.#feed.look();
      const parcel =
        ahead && this.#maySend(ahead.lines.length) && attempt === this.#onTheWay.attempt
          ? await this.#feed.take(ahead)
          : undefined;
      if (attempt !== this.#onTheWay.attempt) {
        // Taken back while it was being read: the log has to hand it out again.
        this.#options.log.rewind();
        this.#feed.reset();
        continue;
      }
      if (!parcel) return;
      this.#hand(parcel);
    }
  }

  /** Hands the writer what lies behind the refused record, one record at a time. */
  async #offer(search: RefusalSearch, attempt: number): Promise<void> {
    const known = search.blamed;
    const record = await search.next(this.#options.log);
    if (attempt !== this.#onTheWay.attempt || this.#search !== search) this.#again = true;
    else if (record) this.#hand(parcelOf([record]));
    else if (!known) this.#blame(search, false);
    else {
      // The refused record itself is gone, as its segment was dropped.
      this.#search = undefined;
      this.#again = true;
    }
  }

  #hand(parcel: Parcel): void {
    const { window, inFlight, maxParcels = Infinity, send, onChange } = this.#options;
    this.#onTheWay.add(parcel);
    const next = this.#feed.ahead?.lines.length ?? 1;
    const full = this.#onTheWay.lines + next > window || this.#onTheWay.size >= maxParcels;
    const alone = this.#probing || this.#search !== undefined || inFlight === "one";
    send({ parcel, attempt: this.#onTheWay.attempt, flush: alone || full });
    onChange();
  }

  #maySend(more = 1): boolean {
    const { window, inFlight, maxParcels = Infinity } = this.#options;
    if (this.#closed || this.#paused || this.#isWaiting || this.#reading.waiting) return false;
    if (this.#settling.isFull) return false;
    if (this.#onTheWay.size === 0) return true;
    if (this.#probing || this.#search || inFlight === "one" || this.#onTheWay.size >= maxParcels)
      return false;
    return this.#onTheWay.lines + more <= window;
  }

  #takeBack(): void {
    this.#onTheWay.takeBack();
    this.#feed.reset();
    this.#probing = true;
    this.#options.log.rewind();
  }

  #stalled(): void {
    const { records, lines } = this.#onTheWay;
    // The first time, the writer may only have been waiting for company; what is sent again asks it not to.
    const never = this.#stalls++ > 0 && !this.#everAnswered;
    this.#options.onStalled({ records, lines, never });
    this.#takeBack();
    this.#goOn();
  }
}
