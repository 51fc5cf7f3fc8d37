import type { WrittenOutcome } from "../terms/messages";
import { type Parcel, refusedByRecord } from "./parcel";

/** Lines of a parcel that the server refused for one reason. */
export interface Refused {
  readonly lines: readonly string[];
  readonly reason: string;
  readonly code: string;
}

/**
 * Keeps lines that the server refused, however often that takes.
 *
 * @param mayGiveUp whether they stand in the way of others by now
 * @returns false when nothing became of them, as the log is being closed: they stay pending
 */
export type KeepRejected = (refused: readonly Refused[], mayGiveUp: () => boolean) => Promise<boolean>;

interface Options {
  /** Acknowledges a record. @returns false when it is not handed out at present */
  readonly ack: (seq: number, rejected: number) => boolean;
  readonly keepRejected: KeepRejected;
  /** So many lines may wait for their dead letters before they hold up what lies behind them. */
  readonly window: number;
  readonly onSettled: (parcel: Parcel, refused: ReadonlySet<number>) => void;
}

/** Settles written parcels, those with refused lines only when these are dead letters on disk. */
export class Settling {
  readonly #options: Options;
  /** Records whose dead letters are being written; with a number of refused lines when they are written. */
  readonly #records = new Map<number, number | undefined>();
  readonly #running = new Set<Promise<void>>();
  #lines = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** So many lines wait for their dead letters that nothing more may be sent. */
  get isFull(): boolean {
    return this.#lines > this.#options.window;
  }

  settle(
    parcel: Parcel,
    { rejected, rejections = [] }: Pick<WrittenOutcome, "rejected" | "rejections">,
  ): void {
    const { ack, onSettled, keepRejected } = this.#options;
    const refused: Refused[] = [];
    const at = new Set<number>();
    for (const { at: indexes, message, code } of rejections) {
      const fresh = indexes.filter((index) => parcel.lines[index] !== undefined && !at.has(index));
      for (const index of fresh) at.add(index);
      if (fresh.length > 0)
        refused.push({ lines: fresh.map((index) => parcel.lines[index]!), reason: message, code });
    }
    if (refused.length === 0) {
      // A writer may count refused lines without naming them; they count for the first records.
      let rest = rejected;
      for (const { seq, lines } of parcel.records) {
        const count = Math.min(rest, lines.length);
        ack(seq, count);
        rest -= count;
      }
      onSettled(parcel, at);
      return;
    }
    for (const { seq } of parcel.records) this.#records.set(seq, undefined);
    const counts = refusedByRecord(parcel, at);
    this.#lines += parcel.lines.length;
    const running = keepRejected(refused, () => this.isFull)
      .catch(() => false)
      .then((isKnown) => {
        this.#running.delete(running);
        this.#lines -= parcel.lines.length;
        if (!isKnown) return;
        parcel.records.forEach(({ seq }, index) => {
          if (ack(seq, counts[index]!)) this.#records.delete(seq);
          else this.#records.set(seq, counts[index]);
        });
        onSettled(parcel, at);
      });
    this.#running.add(running);
  }

  /**
   * Whether a record that the log hands out again needs no sending: its outcome is known, and its dead letters are
   * being written, or were since.
   */
  covers(seq: number): boolean {
    if (!this.#records.has(seq)) return false;
    const rejected = this.#records.get(seq);
    if (rejected !== undefined) {
      this.#records.delete(seq);
      this.#options.ack(seq, rejected);
    }
    return true;
  }

  /** Resolves when no dead letter is being written. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }
}
