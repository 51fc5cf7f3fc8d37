import type { WalLog } from "./log";
import type { WalRecord } from "./reader";

/** Records offered behind a refused one before the settings are blamed. */
const MAX_OFFERS = 20;
/** Of these, the first ones come next in the log; the others are from all over it, the newest among them. */
const NEIGHBOURS = 10;
const NEWEST = 5;
/** Records offered of those refused together with the first; twice as many in each further round. */
const FROM_WITHIN = 10;

/**
 * Chooses the record to offer next after a server refused a whole one. If the server accepts any other, the refused
 * lines are at fault; if none, the settings are.
 */
export class RefusalSearch {
  /** The server's reason. */
  readonly reason: string;
  /** The first record that was refused. */
  readonly head: number;
  readonly #last: number;
  #walked: number;
  #stride = 1;
  #within: number;
  #step: number;
  #newest = -1;
  #wasNewest = false;
  #offers = 0;
  #blamed = false;

  /** @param last the last record that was refused together with `head` */
  constructor(head: number, last: number, reason: string) {
    this.head = head;
    this.reason = reason;
    this.#last = this.#walked = last;
    this.#within = head;
    this.#step = Math.max(1, Math.ceil((last - head) / FROM_WITHIN));
  }

  /** Whether every offered record was refused, so that the settings are probably wrong. */
  get blamed(): boolean {
    return this.#blamed;
  }

  /** How many records were offered. */
  get offers(): number {
    return this.#offers;
  }

  /**
   * Chooses the record to offer: one behind, or the newest, as the end of a long log must be reached in few steps; then
   * one refused together with the first; then the first itself, and all over again.
   *
   * @returns `undefined` when only the refused record is left (from then on the settings are blamed), or none at all
   */
  async next(log: Pick<WalLog, "peek" | "nextSeq">): Promise<WalRecord | undefined> {
    const record = (await this.#newestIn(log)) ?? (await this.#behind(log)) ?? (await this.#fromWithin(log));
    if (record) {
      this.#offers++;
      return record;
    }
    this.#stride = 1;
    this.#within = this.head;
    this.#step = Math.max(1, Math.ceil(this.#step / 2));
    const known = this.#blamed;
    this.#blamed = true;
    return known ? log.peek(this.head) : undefined;
  }

  /** Notes that the offered record was refused. @returns whether the settings are blamed, and it is time to wait */
  refused(): boolean {
    if (this.#offers >= MAX_OFFERS) this.#blamed = true;
    // The newest comes on top of the one record a minute.
    return this.#blamed && !this.#wasNewest;
  }

  /** Once the settings are blamed, the newest record, if it is a new one; never twice in a row. */
  async #newestIn(log: Pick<WalLog, "peek" | "nextSeq">): Promise<WalRecord | undefined> {
    const newest = log.nextSeq - 1;
    const isDue = this.#blamed && !this.#wasNewest && newest > Math.max(this.#walked, this.#newest);
    const record = isDue ? await log.peek(newest) : undefined;
    this.#wasNewest = record !== undefined;
    if (record) this.#newest = record.seq;
    return record;
  }

  async #behind(log: Pick<WalLog, "peek" | "nextSeq">): Promise<WalRecord | undefined> {
    if (this.#blamed) this.#stride *= 2;
    else if (this.#offers >= NEIGHBOURS) this.#stride = this.#strideTo(log.nextSeq - 1);
    const further = this.#stride > 1 ? await log.peek(this.#walked + this.#stride) : undefined;
    const record = further ?? (await log.peek(this.#walked + 1));
    if (record) this.#walked = record.seq;
    return record;
  }

  /** Steps through the middle of the log, then its newest records: one of them alone may be at fault as well. */
  #strideTo(newest: number): number {
    const left = MAX_OFFERS - this.#offers;
    if (left <= NEWEST) return Math.max(1, newest - left + 1 - this.#walked);
    return Math.max(1, Math.ceil((newest - NEWEST - this.#walked) / (left - NEWEST)));
  }

  async #fromWithin(log: Pick<WalLog, "peek">): Promise<WalRecord | undefined> {
    if (this.#within >= this.#last) return undefined;
    this.#within = Math.min(this.#within + this.#step, this.#last);
    const record = await log.peek(this.#within);
    return record && record.seq <= this.#last ? record : undefined;
  }
}
