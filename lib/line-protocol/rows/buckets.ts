import { durationText } from "../../terms/durations";
import { TUTORIAL_COUNTERS, TUTORIAL_WAIT } from "../../terms/fields";
import { describeValue, isObject, type JsonObject } from "../../terms/json";
import { KINDS } from "../../terms/kinds";
import { InputError } from "../errors";
import type { Job, RowReader } from "../job";
import { entriesAt, listAt, MAX_ENTRIES, objectAt } from "../json";
import { Metrics } from "../metrics";
import type { FieldName } from "../names";
import { readInterval, type TimeRange } from "../times";

/** Bound of intervals remembered in one answer. */
const KEPT_INTERVALS = 10_000;

/** The interval of buckets, read once. */
export interface Bucket {
  readonly range: TimeRange;
  readonly time: Uint8Array;
  /** Whether it had not ended when it was asked. */
  readonly open: boolean;
  /** Tag value by its own length, for an answer that names none. */
  readonly granularity: string;
}

/** A bucket whose line was gathered. */
export interface Gathered {
  readonly group: JsonObject;
  readonly bucket: Bucket;
}

/** Reads rows of an aggregate answer, `{group, data: [{interval, metrics, views?}]}`: one point per bucket. */
export class BucketRows implements RowReader {
  readonly #job: Job;
  readonly #gathered: ((line: Gathered) => void) | undefined;
  readonly #metrics: Metrics;
  readonly #views: Metrics;
  readonly #counters: readonly (readonly [field: FieldName, source: FieldName])[];
  readonly #wait:
    { readonly mean: FieldName; readonly sum: FieldName; readonly count: FieldName } | undefined;
  readonly #open: FieldName;
  readonly #buckets = new Map<unknown, Bucket>();
  #row: JsonObject = {};
  #group: JsonObject = {};
  #data: readonly unknown[] = [];
  #first = 0;

  /** @param gathered called with each line before it is finished */
  constructor(job: Job, gathered?: (line: Gathered) => void) {
    const { names } = job;
    this.#job = job;
    this.#gathered = gathered;
    this.#metrics = new Metrics("metric", names, job.answer.presences);
    this.#views = new Metrics("view", names, job.answer.presences);
    this.#open = names.get("open");
    const tutorial = KINDS[job.answer.kind].tutorialFields;
    this.#counters = tutorial
      ? TUTORIAL_COUNTERS.map(([field, metric]) => [names.get(field), names.get(`${metric}_count`)] as const)
      : [];
    const [mean, metric] = TUTORIAL_WAIT;
    this.#wait = tutorial
      ? { mean: names.get(mean), sum: names.get(`${metric}_sum`), count: names.get(`${metric}_count`) }
      : undefined;
  }

  begin(row: JsonObject): number {
    this.#row = row;
    this.#group = objectAt(row, "group");
    this.#data = listAt(row, "data");
    // All buckets of a series would get the time of the poll: keep the last alone.
    this.#first = this.#job.timestamps.mode === "polledAt" ? Math.max(0, this.#data.length - 1) : 0;
    this.#job.heads.write(this.#group);
    return this.#data.length - this.#first;
  }

  part(index: number): void {
    const at = this.#first + index;
    const bucket = this.gather(at);
    this.#job.reportOddities(this.#row);
    if (!bucket) return;
    const gathered = { group: this.#group, bucket };
    this.#gathered?.(gathered);
    this.finish(gathered);
  }

  /** Gathers the figures of one bucket. @returns `undefined` where it has none */
  gather(at: number): Bucket | undefined {
    const { line, heads, answer } = this.#job;
    const entry = this.#data[at];
    if (!isObject(entry)) throw new InputError(`data[${at}] is ${describeValue(entry)}, not an object`);
    const bucket = this.#bucketOf(entry["interval"], at);
    if (answer.granularity === undefined) heads.write(this.#group, bucket.granularity);
    const metrics = entriesOf(entry, "metrics", at);
    const views = entriesOf(entry, "views", at);
    line.begin();
    for (const [field] of this.#counters) line.reserve(field);
    if (this.#wait) line.reserve(this.#wait.mean);
    for (let i = 0; i < metrics.length; i++) this.#add(this.#metrics, i, metrics[i], at);
    for (let i = 0; i < views.length; i++) this.#add(this.#views, i, views[i], at);
    if (!line.filled) return undefined;
    this.#addTutorialFields();
    return bucket;
  }

  /** Completes the gathered line, and keeps it. */
  finish({ group, bucket }: Gathered): void {
    this.#job.line.set(this.#open, bucket.open);
    this.#job.addNames(group);
    this.#job.finish(bucket.time);
  }

  /** Adds a metric; reports an error of it and leaves the others. */
  #add(metrics: Metrics, i: number, entry: unknown, at: number): void {
    try {
      metrics.add(this.#job.line, i, entry, at);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#job.line.odd(error.message);
    }
  }

  /** Adds the tutorial's four figures in front; `waitTime` is the mean in seconds. */
  #addTutorialFields(): void {
    const { line } = this.#job;
    for (const [field, source] of this.#counters) {
      const count = line.numberOf(source);
      if (count !== undefined) line.number(field, count);
    }
    if (!this.#wait) return;
    const [sum, count] = [line.numberOf(this.#wait.sum), line.numberOf(this.#wait.count)];
    if (sum === undefined || count === undefined) return;
    // Without any, what was there is taken back: the mean goes with its count.
    line.number(this.#wait.mean, count === 0 ? 0 : sum / count / 1000);
  }

  /** Finds the bucket of an interval, which comes again with every row. */
  #bucketOf(interval: unknown, at: number): Bucket {
    const known = this.#buckets.get(interval);
    if (known) return known;
    const range = readInterval(`interval of data[${at}]`, interval);
    const bucket = this.bucketOf(range);
    if (this.#buckets.size < KEPT_INTERVALS) this.#buckets.set(interval, bucket);
    return bucket;
  }

  bucketOf(range: TimeRange): Bucket {
    const { answer, timestamps } = this.#job;
    const length = range.end - range.start;
    return {
      range,
      time: timestamps.of(range),
      open: endOf(range, answer.bucketMs) > answer.askedAt,
      granularity: length % 1000 === 0 ? durationText(length) : `PT${length / 1000}S`,
    };
  }
}

/** Reads the usual list without wording an error. */
function entriesOf(bucket: JsonObject, key: string, at: number): readonly unknown[] {
  const list = bucket[key];
  if (list === undefined) return NONE;
  return Array.isArray(list) && list.length <= MAX_ENTRIES ? list : entriesAt(bucket, key, `data[${at}]`);
}

const NONE: readonly unknown[] = [];
const HALF_DAY_MS = 12 * 3_600_000;

/** The end of a bucket: an answer up to now cuts its last bucket short. Days may be short by themselves. */
function endOf({ start, end }: TimeRange, bucketMs: number | undefined): number {
  return bucketMs && bucketMs <= HALF_DAY_MS ? Math.max(end, start + bucketMs) : end;
}
