import { readdir, rm } from "node:fs/promises";
import { isoTime } from "../interval/granularity";
import { readIfThere, replaceFile } from "../interval/state-file";
import { Bucket } from "./bucket";
import { DayNames } from "./names";

/** Bytes of buckets that are kept in memory; the rest is read again when it is needed. */
const MEMORY_BYTES = 16_000_000;
const DAY = 24 * 3_600_000;

interface Day {
  readonly names: DayNames;
  /** Absent where nothing can be kept. */
  readonly directory: string | undefined;
}

/**
 * Remembers what a poll handed on, bucket by bucket, for as long as it may be asked again: on disk in a folder for each
 * day, with the newest buckets in memory.
 */
export class HandedOn {
  readonly #directory: string | undefined;
  readonly #series: string;
  readonly #days = new Map<string, Promise<Day>>();
  /** In the order of their last use. */
  readonly #buckets = new Map<number, Bucket>();

  /**
   * @param directory absent in a Node-RED without user directory: then memory has to do
   * @param series kind, grouping, granularity and zone, which separate the points of two polls
   */
  constructor(directory: string | undefined, series: string) {
    this.#directory = directory;
    this.#series = series;
  }

  /** @param start of the bucket, milliseconds since the epoch */
  async bucket(start: number): Promise<Bucket> {
    let bucket = this.#buckets.get(start);
    if (!bucket) {
      const { names, directory } = await this.#day(dayOf(start));
      bucket = new Bucket(start, names);
      const file = directory && fileOf(directory, start);
      const content = file ? await readIfThere(file).catch(() => undefined) : undefined;
      if (content) bucket.fromFile(content);
    }
    this.#buckets.delete(start);
    this.#buckets.set(start, bucket);
    return bucket;
  }

  /** Keeps a changed bucket in memory until it is on disk. */
  keep(bucket: Bucket): void {
    this.#buckets.set(bucket.start, bucket);
  }

  /** Writes changed buckets to disk, and drops those that do not fit into memory. */
  async flush(): Promise<void> {
    const dirty = [...this.#buckets.values()].filter((bucket) => bucket.dirty);
    for (const bucket of dirty) {
      const { names, directory } = await this.#day(dayOf(bucket.start));
      if (directory) {
        await names.flush();
        await replaceFile(fileOf(directory, bucket.start), bucket.toFile(), false);
      }
      bucket.dirty = false;
    }
    let bytes = [...this.#buckets.values()].reduce((sum, bucket) => sum + bucket.bytes, 0);
    for (const [start, bucket] of this.#buckets) {
      if (bytes <= MEMORY_BYTES) break;
      bytes -= bucket.bytes;
      this.#buckets.delete(start);
    }
    const used = new Set([...this.#buckets.keys()].map(dayOf));
    for (const day of this.#days.keys()) if (!used.has(day)) this.#days.delete(day);
  }

  /**
   * Removes buckets more than a day older than `time`.
   *
   * @param least days with buckets that stay in any case: a clock that is ahead must not take the past away
   */
  async forget(time: number, least: number): Promise<void> {
    const found = this.#directory === undefined ? [] : await readdir(this.#directory).catch(() => []);
    const stored = found.filter((name) => /^\d{4}-\d\d-\d\d$/.test(name));
    const known = [...this.#buckets.values()].filter((bucket) => bucket.known);
    const days = [...new Set([...stored, ...known.map(({ start }) => dayOf(start))])].sort().reverse();
    const old = new Set(days.slice(least).filter((day) => day < dayOf(time - DAY)));
    for (const start of this.#buckets.keys()) if (old.has(dayOf(start))) this.#buckets.delete(start);
    for (const day of stored) {
      if (!old.has(day)) continue;
      this.#days.delete(day);
      await rm(`${this.#directory}/${day}`, { recursive: true, force: true });
    }
  }

  #day(day: string): Promise<Day> {
    let known = this.#days.get(day);
    if (!known) this.#days.set(day, (known = this.#open(day)));
    return known;
  }

  /** Opens a day; one whose names cannot be read counts as unknown, and must not be overwritten. */
  async #open(day: string): Promise<Day> {
    const directory = this.#directory && `${this.#directory}/${day}`;
    try {
      return { directory, names: await DayNames.open(directory, this.#series) };
    } catch {
      return { directory: undefined, names: await DayNames.open(undefined, this.#series) };
    }
  }
}

function dayOf(start: number): string {
  return isoTime(start).slice(0, 10);
}

function fileOf(directory: string, start: number): string {
  return `${directory}/${isoTime(start).slice(11, 19).replaceAll(":", "")}.bin`;
}
