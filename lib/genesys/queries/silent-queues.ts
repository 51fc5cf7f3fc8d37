import type { Clock } from "../../time/clock";
import { isObject, type JsonObject, numberOf, propertyOf, textOf } from "../json";
import { isoTime } from "../interval/granularity";
import { readIfThere, replaceFile } from "../interval/state-file";

/** A queue without a row on so many days is hidden: a closed one has none at night, or at the weekend. */
const SILENT_DAYS = 5;

/** How long nothing came of one queue. */
interface Silence {
  /** Whole days on which it was asked for, and no row came. */
  readonly days: number;
  /** The day on which it was last asked for, `2026-11-22`. */
  readonly asked: string;
  /** Whether a row came on that day. */
  readonly heard: boolean;
}

/**
 * Counts, over restarts, the days on which a poll asked for a queue and got no row of it. Without the live query
 * nothing else shows a hidden queue. Days without a poll say nothing.
 */
export class SilentQueues {
  readonly #file: string | undefined;
  readonly #clock: Clock;
  #queues: Map<string, Silence> | undefined;
  #saved: string | undefined;

  /** @param file absent where there is no place for files: then a restart begins anew */
  constructor(file: string | undefined, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** Notes that these queues are being asked for. @returns those that are hidden */
  async among(ids: readonly string[]): Promise<string[]> {
    const queues = (this.#queues ??= await this.#read());
    const today = isoTime(this.#clock.now()).slice(0, 10);
    const asked = new Map<string, Silence>();
    for (const id of ids) {
      const known = queues.get(id) ?? { days: 0, asked: today, heard: false };
      const days = known.heard ? 0 : known.days + 1;
      // A clock that was set back says nothing.
      asked.set(id, known.asked < today ? { days, asked: today, heard: false } : known);
    }
    this.#queues = asked;
    await this.#save();
    return ids.filter((id) => asked.get(id)!.days >= SILENT_DAYS);
  }

  /** Notes for which queues rows came. */
  sawRows(rows: readonly JsonObject[]): void {
    for (const { group } of rows) {
      const id = textOf(group, "queueId") ?? "";
      const known = this.#queues?.get(id);
      if (known && !known.heard) this.#queues?.set(id, { ...known, days: 0, heard: true });
    }
  }

  /** Forgets everything: the live query knows better. */
  async clear(): Promise<void> {
    if (this.#queues?.size === 0) return;
    await this.#read();
    this.#queues = new Map();
    await this.#save();
  }

  /** Saves the silent queues alone: those with a row today have nothing to remember. */
  async #save(): Promise<void> {
    const groups = new Map<string, { days: number; asked: string; queues: string[] }>();
    for (const [id, { days, asked, heard }] of this.#queues ?? []) {
      if (heard) continue;
      const key = `${days} ${asked}`;
      const group = groups.get(key) ?? { days, asked, queues: [] };
      group.queues.push(id);
      groups.set(key, group);
    }
    const text = `${JSON.stringify({ version: 1, silent: [...groups.values()] })}\n`;
    if (!this.#file || text === this.#saved || (this.#saved === undefined && groups.size === 0)) return;
    // Where nothing can be written, counting goes on in memory; the checkpoint beside it says what is wrong.
    await replaceFile(this.#file, text).then(
      () => (this.#saved = text),
      () => undefined,
    );
  }

  /** A file that is damaged says nothing. */
  async #read(): Promise<Map<string, Silence>> {
    const queues = new Map<string, Silence>();
    if (!this.#file) return queues;
    try {
      const content = (await readIfThere(this.#file))?.toString("utf8");
      if (content === undefined) return queues;
      this.#saved = content;
      const list = propertyOf(JSON.parse(content), "silent");
      for (const group of Array.isArray(list) ? (list as unknown[]) : []) {
        const [days, asked, ids] = [
          numberOf(group, "days"),
          textOf(group, "asked"),
          propertyOf(group, "queues"),
        ];
        if (!isObject(group) || days === undefined || !asked || !Array.isArray(ids)) continue;
        for (const id of ids as unknown[])
          if (typeof id === "string") queues.set(id, { days, asked, heard: false });
      }
    } catch {
      this.#saved = undefined;
    }
    return queues;
  }
}
