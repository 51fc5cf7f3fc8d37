import { isObject, type JsonObject, numberOf, propertyOf, textOf } from "../json";
import { isoTime, type Interval } from "./granularity";
import type { Load } from "./loads";
import type { Resync } from "./resync";
import { readIfThere, replaceFile } from "./state-file";
import type { Settled } from "./timeline";

/** Keys that are behind the others: everything before `from` is settled for them. */
export interface Arrears {
  readonly from: number;
  readonly keys: readonly string[];
}

/** A key that is no longer listed, and until when its late values are still asked for. */
export interface Leaving {
  readonly key: string;
  readonly until: number;
}

/** The state of a poll node over restarts, beside what it handed on. Times are milliseconds since the epoch. */
export interface Progress {
  /** The question of the buckets, see `queryHash`. */
  query: string;
  trail: readonly Settled[];
  /** When the node polled for the first time; a duration of `historyFrom` counts back from here. */
  firstPoll?: number | undefined;
  /** The start of the oldest bucket that was asked, or is going to be loaded because of `historyFrom`. */
  historySince?: number | undefined;
  /** The queues or agents of the last poll; absent where the answer is not narrowed to listed ones. */
  keys?: readonly string[] | undefined;
  arrears: readonly Arrears[];
  leaving: readonly Leaving[];
  resync?: Resync | undefined;
  loads: readonly Load[];
}

/**
 * The file with a poll's state over restarts. It is replaced as a whole, so that its parts always fit together.
 */
export class Checkpoint {
  readonly #file: string | undefined;
  #saved = "";
  #writing: Promise<void> = Promise.resolve();

  /** @param file absent in a Node-RED without user directory: then every start is a first one */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  /**
   * @returns `undefined` when there is none yet
   * @throws when the file cannot be read, or is damaged
   */
  async load(): Promise<Progress | undefined> {
    const content = this.#file === undefined ? undefined : await readIfThere(this.#file);
    if (!content) return undefined;
    const value: unknown = JSON.parse(content.toString("utf8"));
    const query = textOf(value, "query");
    if (!isObject(value) || query === undefined || value["version"] !== 1) {
      throw new Error("it is not a checkpoint of this package");
    }
    const list = (key: string) => {
      const found = propertyOf(value, key);
      return Array.isArray(found) ? (found as unknown[]) : [];
    };
    const keys = propertyOf(value, "keys");
    return {
      query,
      trail: list("trail").flatMap(readSettled),
      firstPoll: timeOf(value, "firstPoll"),
      historySince: timeOf(value, "historySince"),
      keys: Array.isArray(keys) ? texts(keys) : undefined,
      arrears: list("arrears").flatMap((entry) => {
        const from = timeOf(entry, "from");
        return from === undefined ? [] : [{ from, keys: texts(propertyOf(entry, "keys")) }];
      }),
      leaving: list("leaving").flatMap((entry) => {
        const [key, until] = [textOf(entry, "key"), timeOf(entry, "until")];
        return key === undefined || until === undefined ? [] : [{ key, until }];
      }),
      resync: readResync(value),
      loads: list("loads").flatMap(readLoad),
    };
  }

  /** Writes the progress durably, unless it is on disk already. Writes follow each other. */
  save(progress: Progress): Promise<void> {
    const file = this.#file;
    if (file === undefined) return Promise.resolve();
    const text = `${JSON.stringify({ version: 1, ...readable(progress) })}\n`;
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        if (text === this.#saved) return;
        await replaceFile(file, text);
        this.#saved = text;
      });
    return this.#writing;
  }
}

/** Writes times in ISO 8601. */
function readable(progress: Progress): JsonObject {
  const { query, trail, firstPoll, historySince, keys, arrears, leaving, resync, loads } = progress;
  const time = (at: number | undefined) => (at === undefined ? undefined : isoTime(at));
  const span = ({ start, end }: Interval) => ({ start: isoTime(start), end: isoTime(end) });
  return {
    query,
    trail: trail.map(({ at, until }) => ({ at: isoTime(at), until: isoTime(until) })),
    firstPoll: time(firstPoll),
    historySince: time(historySince),
    resync: resync && {
      begun: isoTime(resync.begun),
      from: isoTime(resync.from),
      rest: resync.rest && span(resync.rest),
      corrected: resync.corrected,
    },
    loads: loads.map((load) => ({
      ...span(load),
      next: isoTime(load.next),
      firstRows: time(load.firstRows),
    })),
    arrears: arrears.map(({ from, keys: late }) => ({ from: isoTime(from), keys: late })),
    leaving: leaving.map(({ key, until }) => ({ key, until: isoTime(until) })),
    keys,
  };
}

function readSettled(value: unknown): Settled[] {
  const [at, until] = [timeOf(value, "at"), timeOf(value, "until")];
  return at === undefined || until === undefined ? [] : [{ at, until }];
}

function readResync(value: JsonObject): Resync | undefined {
  const found = propertyOf(value, "resync");
  const begun = timeOf(found, "begun");
  if (begun === undefined) return undefined;
  const rest = readInterval(propertyOf(found, "rest"));
  return {
    begun,
    from: timeOf(found, "from") ?? rest?.start ?? begun,
    rest,
    corrected: numberOf(found, "corrected") ?? 0,
  };
}

function readLoad(value: unknown): Load[] {
  const interval = readInterval(value);
  const next = timeOf(value, "next");
  if (!interval || next === undefined) return [];
  return [{ ...interval, next, firstRows: timeOf(value, "firstRows") }];
}

function readInterval(value: unknown): Interval | undefined {
  const [start, end] = [timeOf(value, "start"), timeOf(value, "end")];
  return start === undefined || end === undefined || end < start ? undefined : { start, end };
}

function timeOf(value: unknown, key: string): number | undefined {
  const time = Date.parse(textOf(value, key) ?? "");
  return Number.isNaN(time) ? undefined : time;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
