import type { WalLog } from "./log";
import { type Parcel, parcelOf } from "./parcel";
import type { WalRecord } from "./reader";

/** Hands out a log's records as parcels, looking one record ahead. One call at a time. */
export class Feed {
  readonly #log: Pick<WalLog, "next">;
  readonly #isSettling: (seq: number) => boolean;
  #ahead: WalRecord | undefined;

  /** @param isSettling records to leave out, as their outcome is known */
  constructor(log: Pick<WalLog, "next">, isSettling: (seq: number) => boolean) {
    this.#log = log;
    this.#isSettling = isSettling;
  }

  /** The record that comes next, once it was looked for. */
  get ahead(): WalRecord | undefined {
    return this.#ahead;
  }

  /** Forgets what was read ahead: the log will hand it out again. */
  reset(): void {
    this.#ahead = undefined;
  }

  /** Looks for the next record. @throws what the disk says */
  async look(): Promise<WalRecord | undefined> {
    while (!this.#ahead) {
      const record = await this.#log.next();
      if (!record) return undefined;
      if (!this.#isSettling(record.seq)) this.#ahead = record;
    }
    return this.#ahead;
  }

  /** Takes the record ahead, joined with those behind it as long as they have at most so many lines together. */
  async take(first: WalRecord, maxLines: number): Promise<Parcel> {
    const records = [first];
    let lines = first.lines.length;
    this.#ahead = undefined;
    // An error is met again by the next look; what was taken is sent.
    const look = () => this.look().catch(() => undefined);
    for (let next = await look(); next; next = await look()) {
      lines += next.lines.length;
      if (lines > maxLines) break;
      records.push(next);
      this.#ahead = undefined;
    }
    return parcelOf(records);
  }
}
