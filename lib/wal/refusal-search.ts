import type { WalLog } from "./log";
import type { WalRecord } from "./reader";

/** So many records behind a refused one are offered before the settings are blamed. */
const MAX_OFFERS = 20;

/**
 * Which record to offer next, after a server refused one as a whole for one reason. If it accepts any other, the refused
 * lines are at fault; if it accepts none, the settings are.
 */
export class RefusalSearch {
  /** The server's reason. */
  readonly reason: string;
  /** The first record that was refused. */
  readonly head: number;
  #highest: number;
  #stride = 1;
  #offers = 0;
  #blamed = false;

  /** @param last the last record that was refused together with `head` */
  constructor(head: number, last: number, reason: string) {
    this.head = head;
    this.reason = reason;
    this.#highest = last;
  }

  /** Every record that was offered was refused too: the settings are wrong, as far as can be told. */
  get blamed(): boolean {
    return this.#blamed;
  }

  /** How many records were offered. */
  get offers(): number {
    return this.#offers;
  }

  /**
   * The record to offer: behind the last one, further each time once the settings are blamed, as the end of a long log
   * has to be reached in few steps. At the end of the log, the refused record itself.
   *
   * @returns `undefined` when nothing lies behind (from then on the settings are blamed), or when all is gone
   */
  async next(log: Pick<WalLog, "peek">): Promise<WalRecord | undefined> {
    const further = this.#stride > 1 ? await log.peek(this.#highest + this.#stride) : undefined;
    const record = further ?? (await log.peek(this.#highest + 1));
    if (record) {
      this.#offers++;
      this.#highest = Math.max(this.#highest, record.seq);
      if (this.#blamed) this.#stride *= 2;
      return record;
    }
    this.#stride = 1;
    const known = this.#blamed;
    this.#blamed = true;
    return known ? log.peek(this.head) : undefined;
  }

  /** The record that was offered was refused. @returns true when the settings are blamed by now */
  refused(): boolean {
    if (this.#offers >= MAX_OFFERS) this.#blamed = true;
    return this.#blamed;
  }
}
