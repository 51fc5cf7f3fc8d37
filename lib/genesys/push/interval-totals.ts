import { durationMs } from "../../terms/durations";
import { type JsonObject, numberOf, propertyOf, textOf } from "../json";
import type { Surprise } from "./surprises";

/** A range of time, milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Half an hour: the bucket of Genesys' own views, and of these events unless the organisation has set another. */
export const TOTALS_GRANULARITY = "PT30M";
const BUCKET_MS = durationMs(TOTALS_GRANULARITY)!;
/** Buckets that are kept: the running one, and the one whose last events may still come. */
const KEPT_BUCKETS = 2;

/** The rows of one bucket that changed. */
export interface BucketRows {
  readonly span: Span;
  readonly rows: JsonObject[];
}

/** Reads `start/end`, as analytics writes intervals; both may be the same moment. */
export function readSpan(text: string | undefined): Span | undefined {
  const [start = NaN, end = NaN, ...rest] = (text ?? "").split("/").map((time) => Date.parse(time));
  return rest.length === 0 && end >= start ? { start, end } : undefined;
}

interface Totals {
  readonly group: JsonObject;
  readonly metrics: Map<string, JsonObject>;
}

/**
 * Collects the running totals of the half hour in queue events. They are totals, not differences, so the last one of
 * each metric holds; interval polls correct what comes later.
 */
export class IntervalTotals {
  readonly #buckets = new Map<number, Map<string, Totals>>();
  readonly #changed = new Map<number, Set<string>>();

  /** Takes the totals of one event. @param group with names. @returns a surprise where the bucket is no half hour */
  apply(group: JsonObject, { start, end }: Span, metrics: readonly unknown[]): Surprise | undefined {
    if (end - start !== BUCKET_MS || start % BUCKET_MS !== 0) return "bucket";
    if (start <= this.#newest() - KEPT_BUCKETS * BUCKET_MS) return undefined;
    const key = `${textOf(group, "queueId")}/${textOf(group, "mediaType")}`;
    const bucket = this.#buckets.get(start) ?? new Map<string, Totals>();
    this.#buckets.set(start, bucket);
    const totals = bucket.get(key) ?? { group, metrics: new Map<string, JsonObject>() };
    bucket.set(key, totals);
    for (const entry of metrics) {
      const metric = textOf(entry, "metric");
      const stats = propertyOf(entry, "stats");
      if (!metric || typeof stats !== "object" || stats === null) return "body";
      const qualifier = textOf(entry, "qualifier") ?? "";
      const known = totals.metrics.get(`${metric}/${qualifier}`);
      // Totals only grow: a smaller count is a late event.
      if ((numberOf(known?.["stats"], "count") ?? 0) > (numberOf(stats, "count") ?? Infinity)) continue;
      totals.metrics.set(`${metric}/${qualifier}`, entry as JsonObject);
    }
    const changed = this.#changed.get(start) ?? new Set();
    this.#changed.set(start, changed.add(key));
    for (const old of this.#buckets.keys()) {
      if (old <= this.#newest() - KEPT_BUCKETS * BUCKET_MS) this.#buckets.delete(old);
    }
    return undefined;
  }

  /** Takes the changed rows by bucket, oldest first, each with all totals of its group and bucket. */
  take(): BucketRows[] {
    const all = [...this.#changed].sort(([a], [b]) => a - b);
    this.#changed.clear();
    return all.map(([start, keys]) => {
      const span = { start, end: start + BUCKET_MS };
      const interval = [span.start, span.end].map((at) => new Date(at).toISOString()).join("/");
      const rows = [...keys].flatMap((key) => {
        const totals = this.#buckets.get(start)?.get(key);
        const metrics = totals && [...totals.metrics.values()].map((entry) => structuredClone(entry));
        return totals ? [{ group: { ...totals.group }, data: [{ interval, metrics }] }] : [];
      });
      return { span, rows };
    });
  }

  #newest(): number {
    return Math.max(...this.#buckets.keys(), -Infinity);
  }
}
