import type { WalLog } from "./log";
import { BROKER_RECORD_BYTES } from "./options";
import { type Parcel, parcelOf } from "./parcel";
import type { WalRecord } from "./reader";

/** Reads a log's records as parcels, one record ahead. One call at a time. */
export class Feed {
  readonly #log: Pick<WalLog, "next">;
  readonly #isSettling: (seq: number) => boolean;
  readonly #joinLines: number;
  #aloneTo = -1;
  #ahead: WalRecord | undefined;

  /**
   * @param isSettling whether a record's outcome is known, so that it is left out
   * @param joinLines records are joined up to so many lines, and what a broker takes; 0 = never
   */
  constructor(log: Pick<WalLog, "next">, isSettling: (seq: number) => boolean, joinLines: number) {
    this.#log = log;
    this.#isSettling = isSettling;
    this.#joinLines = joinLines;
  }

  /** Joins no record up to this one with others: what was refused together may be at fault for one of them. */
  apartTo(seq: number): void {
    this.#aloneTo = Math.max(this.#aloneTo, seq);
  }

  /** The record read ahead. */
  get ahead(): WalRecord | undefined {
    return this.#ahead;
  }

  /** Forgets the record read ahead, which the log hands out again. */
  reset(): void {
    this.#ahead = undefined;
  }

  /** Reads ahead. @throws errors of the disk */
  async look(): Promise<WalRecord | undefined> {
    while (!this.#ahead) {
      const record = await this.#log.next();
      if (!record) return undefined;
      if (!this.#isSettling(record.seq)) this.#ahead = record;
    }
    return this.#ahead;
  }

  /** Takes the record read ahead, joined with later ones. */
  async take(first: WalRecord): Promise<Parcel> {
    const records = [first];
    const maxLines = first.seq <= this.#aloneTo ? 0 : this.#joinLines;
    let lines = first.lines.length;
    let bytes = maxLines > 0 ? sizeOf(first) : 0;
    this.#ahead = undefined;
    // The next look meets the error again; send what was taken.
    const look = () => this.look().catch(() => undefined);
    for (let next = await look(); next; next = await look()) {
      lines += next.lines.length;
      if (lines > maxLines) break;
      bytes += sizeOf(next);
      if (bytes > BROKER_RECORD_BYTES) break;
      records.push(next);
      this.#ahead = undefined;
    }
    return parcelOf(records);
  }
}

function sizeOf({ lines }: WalRecord): number {
  return lines.reduce((bytes, line) => bytes + Buffer.byteLength(line) + 1, 0);
}
