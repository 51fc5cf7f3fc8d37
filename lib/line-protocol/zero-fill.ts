import { TUTORIAL_COUNTERS } from "../terms/fields";
import { isObject, type JsonObject } from "../terms/json";
import { fixedQualifiers, STATUS_TIMES } from "../terms/presences";
import { EncodeError, InputError } from "./errors";
import type { Job } from "./job";
import { objectAt } from "./json";
import type { FieldName } from "./names";
import { type Bucket, BucketRows } from "./rows/buckets";

/** A group of an answer, and the buckets that it has. */
interface Group {
  readonly row: JsonObject;
  readonly present: Set<number>;
}

/**
 * Writes zeros where Genesys leaves out what did not happen: in a complete answer, for counts and sums, in closed
 * buckets of its groups. Fills in the metrics that were asked and those of other buckets of the answer.
 */
export class ZeroFill {
  readonly #job: Job;
  readonly #reader: BucketRows;
  readonly #fillable: FieldName[] = [];
  readonly #groups = new Map<string, Group>();
  readonly #buckets = new Map<number, Bucket>();

  constructor(job: Job) {
    this.#job = job;
    this.#reader = new BucketRows(job);
    for (const name of askedFields(job)) {
      const field = job.names.find(name);
      if (field) this.#addFillable(field);
    }
    for (const range of askedRanges(job)) this.#addBucket(this.#reader.bucketOf(range));
  }

  /** Notes a row before any is written. */
  look(row: unknown): void {
    const { line } = this.#job;
    tolerate(() => {
      if (!isObject(row)) return;
      const parts = this.#reader.begin(row);
      for (let i = 0; i < parts; i++) {
        tolerate(() => {
          const bucket = this.#reader.gather(i);
          if (!bucket) return;
          this.#addBucket(bucket);
          this.#group(row).present.add(bucket.range.start);
          for (const field of line.fields()) this.#addFillable(field);
        });
      }
    });
  }

  /** Adds zeros to the gathered line. */
  complete(bucket: Bucket): void {
    if (bucket.open) return;
    const { line } = this.#job;
    for (const field of this.#fillable) if (!line.has(field)) line.number(field, 0);
  }

  /** Writes the line of a bucket that a group lacks. */
  write(row: JsonObject, bucket: Bucket): void {
    const group = objectAt(row, "group");
    this.#job.heads.write(group, bucket.granularity);
    this.#job.line.begin();
    this.complete(bucket);
    this.#reader.finish({ group, bucket });
  }

  /** The closed buckets that a group lacks. */
  *missing(): Generator<{ readonly row: JsonObject; readonly bucket: Bucket }> {
    // With the time of the poll all buckets would be one point.
    if (this.#fillable.length === 0 || this.#job.timestamps.mode === "polledAt") return;
    for (const { row, present } of this.#groups.values()) {
      for (const [start, bucket] of this.#buckets) {
        if (!present.has(start) && !bucket.open) yield { row, bucket };
      }
    }
  }

  #group(row: JsonObject): Group {
    // One group may come in several rows.
    const key = this.#job.encoder.headText();
    let group = this.#groups.get(key);
    if (!group) this.#groups.set(key, (group = { row, present: new Set() }));
    return group;
  }

  #addBucket(bucket: Bucket): void {
    this.#buckets.set(bucket.range.start, bucket);
  }

  #addFillable(field: FieldName): void {
    if (field.zeroWhenNone && !this.#fillable.includes(field)) this.#fillable.push(field);
  }
}

/** Ignores errors of a row, which are reported when it is written. */
function tolerate(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof InputError || error instanceof EncodeError)) throw error;
  }
}

/** The counts and sums of the metrics asked. */
function* askedFields({ answer }: Job): Generator<string> {
  const { metrics } = answer;
  for (const [field, metric] of TUTORIAL_COUNTERS) {
    if (answer.kind !== "analytics-aggregates" && metrics.includes(metric)) yield field;
  }
  for (const metric of metrics) {
    if (STATUS_TIMES.has(metric)) {
      for (const qualifier of fixedQualifiers(metric) ?? []) yield `${metric}_${qualifier}`;
    } else if (/^[nt][A-Z]/.test(metric)) {
      yield `${metric}_count`;
      if (metric.startsWith("t")) yield `${metric}_sum`;
    }
  }
}

/** The buckets asked, where all have one length. */
function* askedRanges({ answer }: Job): Generator<{ start: number; end: number }> {
  const { interval, bucketMs, granularity } = answer;
  if (!interval || !bucketMs || granularity?.includes("@")) return;
  const buckets = (interval.end - interval.start) / bucketMs;
  if (!Number.isInteger(buckets) || buckets > 10_000) return;
  for (let i = 0; i < buckets; i++) {
    const start = interval.start + i * bucketMs;
    yield { start, end: start + bucketMs };
  }
}
