import type { Clock, Timer } from "../time/clock";
import type { AnswerTo } from "./delivery-options";
import type { Parcel } from "./parcel";

/** Attempts are numbered by time, so that an outcome of before a restart never counts as a new one. */
let lastAttempt = 0;
function nextAttempt(now: number): number {
  lastAttempt = Math.max(lastAttempt + 1, now);
  return lastAttempt;
}

/** Holds the parcels sent without an outcome yet, and their time limit. */
export class OnTheWay {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #onStalled: () => void;
  readonly #parcels = new Map<number, Parcel>();
  readonly #firstAttempt: number;
  #attempt: number;
  #lines = 0;
  #patience: Timer | undefined;

  /** @param onStalled called after `patienceMs` without an outcome */
  constructor(clock: Clock, patienceMs: number, onStalled: () => void) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#onStalled = onStalled;
    this.#attempt = this.#firstAttempt = nextAttempt(clock.now());
  }

  get attempt(): number {
    return this.#attempt;
  }

  get size(): number {
    return this.#parcels.size;
  }

  get lines(): number {
    return this.#lines;
  }

  get records(): number {
    let sum = 0;
    for (const { records } of this.#parcels.values()) sum += records.length;
    return sum;
  }

  /** The newest record on its way, or -1. */
  get lastSeq(): number {
    let last = -1;
    for (const { records } of this.#parcels.values()) last = Math.max(last, records.at(-1)?.seq ?? -1);
    return last;
  }

  add(parcel: Parcel): void {
    this.#parcels.set(parcel.seq, parcel);
    this.#lines += parcel.lines.length;
    if (this.#parcels.size === 1) this.#watch();
  }

  /** Takes a written parcel. Late outcomes of earlier attempts count, but none of before a restart. */
  written({ seq, attempt }: AnswerTo): Parcel | undefined {
    return attempt !== undefined && attempt < this.#firstAttempt ? undefined : this.#parcels.get(seq);
  }

  /** Takes a failed parcel; a failure of an earlier attempt means nothing. */
  failed({ seq, attempt }: AnswerTo): Parcel | undefined {
    return attempt !== undefined && attempt !== this.#attempt ? undefined : this.#parcels.get(seq);
  }

  remove({ seq, lines }: Parcel): void {
    if (this.#parcels.delete(seq)) this.#lines -= lines.length;
    // Count from the last outcome, not from the sending: in a full window the last parcel waits for all before it.
    this.#watch();
  }

  /** Takes everything back; what is sent from now on is another attempt. */
  takeBack(): void {
    this.#attempt = nextAttempt(this.#clock.now());
    this.#parcels.clear();
    this.#lines = 0;
    this.#watch();
  }

  close(): void {
    this.#patience?.cancel();
  }

  #watch(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
    if (this.#parcels.size > 0) this.#patience = this.#clock.after(this.#patienceMs, this.#onStalled);
  }
}
