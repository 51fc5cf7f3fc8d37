import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseBody, type ParsedField, type ParsedPoint } from "./parser";

/** A bucket of the endpoint; points older than `retentionS` are refused, as by a real server. */
export interface BucketSettings {
  readonly name: string;
  /** Seconds; 0 or absent = for ever. */
  readonly retentionS?: number;
}

/** A point as the store keeps it. */
export interface StoredPoint extends ParsedPoint {
  readonly bucket: string;
}

/** The longest string field that InfluxDB 2 takes. */
const MAX_STRING_BYTES = 1_048_576;
/** Bounds memory, so that a demo may run for weeks. */
export const KEPT_IN_MEMORY = 200_000;

/**
 * Keeps what the endpoint accepted: in memory in the order of arrival, and as line protocol in a file if there is one.
 * As in InfluxDB, a field keeps the type it was first written with, and a point written again replaces the earlier one.
 */
export class PointStore {
  readonly #buckets: ReadonlyMap<string, BucketSettings>;
  readonly #file: string | undefined;
  readonly #points = new Map<string, StoredPoint>();
  readonly #types = new Map<string, ParsedField["type"]>();
  readonly #lines: string[] = [];
  /** Lines accepted since the start, repeated ones included. */
  accepted = 0;

  constructor(buckets: readonly BucketSettings[], file?: string) {
    this.#buckets = new Map(buckets.map((bucket) => [bucket.name, bucket]));
    this.#file = file;
    const first = buckets[0]?.name;
    if (file === undefined || first === undefined || !existsSync(file)) return;
    for (const point of parseBody(readFileSync(file, "utf8"), "ns", 0n).points) this.#keep(first, point);
  }

  has(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  /** Every point, each once, the newest arrival last. */
  points(bucket?: string): StoredPoint[] {
    const points = [...this.#points.values()];
    return bucket === undefined ? points : points.filter((point) => point.bucket === bucket);
  }

  /** Accepted lines as they came, repeats included. */
  lines(): readonly string[] {
    return this.#lines;
  }

  /**
   * Stores what can be stored.
   *
   * @returns the reason that a real server would give for the points it dropped, or `undefined` when it dropped none
   */
  write(bucket: string, points: readonly ParsedPoint[], nowNs: bigint): string | undefined {
    const bound = this.#retentionBound(bucket, nowNs);
    const expired = points.filter((point) => point.timestampNs < bound);
    let reason: string | undefined;
    let dropped = 0;
    const stored: ParsedPoint[] = [];
    for (const point of points) {
      if (point.timestampNs < bound) continue;
      const problem = this.#problem(bucket, point);
      if (problem === undefined) stored.push(point);
      else {
        reason ??= problem;
        dropped++;
      }
    }
    for (const point of stored) this.#keep(bucket, point);
    if (this.#file !== undefined && stored.length > 0)
      appendFileSync(this.#file, stored.map((point) => inNanoseconds(point) + "\n").join(""));
    if (reason !== undefined) return `${reason} dropped=${dropped}`;
    return expired.length > 0 ? retentionText(expired, bound, this.#buckets.get(bucket)) : undefined;
  }

  #retentionBound(bucket: string, nowNs: bigint): bigint {
    const retentionS = this.#buckets.get(bucket)?.retentionS ?? 0;
    return retentionS > 0 ? nowNs - BigInt(retentionS) * 1_000_000_000n : -(2n ** 63n);
  }

  /** Why the storage engine drops this point; types that are new are learnt on the way. */
  #problem(bucket: string, { measurement, fields }: ParsedPoint): string | undefined {
    const own = new Map<string, ParsedField["type"]>();
    for (const [key, field] of fields) {
      if (key === "time")
        return `invalid field name: input field "time" on measurement "${measurement}" is invalid`;
      const known = this.#types.get(typeKey(bucket, measurement, key)) ?? own.get(key);
      own.set(key, field.type);
      if (known !== undefined && known !== field.type)
        return `field type conflict: input field "${key}" on measurement "${measurement}" is type ${field.type}, already exists as type ${known}`;
      if (field.type === "string" && Buffer.byteLength(field.value) > MAX_STRING_BYTES)
        return `input field "${key}" on measurement "${measurement}" is too long, ${Buffer.byteLength(field.value)} > ${MAX_STRING_BYTES}`;
    }
    for (const [key, field] of fields) this.#types.set(typeKey(bucket, measurement, key), field.type);
    return undefined;
  }

  #keep(bucket: string, point: ParsedPoint): void {
    for (const [key, field] of point.fields)
      this.#types.set(typeKey(bucket, point.measurement, key), field.type);
    const id = JSON.stringify([bucket, point.measurement, point.tags, String(point.timestampNs)]);
    const earlier = this.#points.get(id);
    const fields = new Map([...(earlier?.fields ?? []), ...point.fields]);
    this.#points.delete(id);
    this.#points.set(id, { ...point, bucket, fields: [...fields] });
    this.#lines.push(point.line);
    this.accepted++;
    if (this.#lines.length > 2 * KEPT_IN_MEMORY) this.#lines.splice(0, KEPT_IN_MEMORY);
    if (this.#points.size > KEPT_IN_MEMORY)
      for (const oldest of this.#points.keys()) {
        this.#points.delete(oldest);
        break;
      }
  }
}

function typeKey(bucket: string, measurement: string, field: string): string {
  return JSON.stringify([bucket, measurement, field]);
}

/** The line with its timestamp in nanoseconds, whatever precision it came in. */
function inNanoseconds({ line, timestampNs }: ParsedPoint): string {
  const time = /(?<=[^\\] )-?\d+ *$/.exec(line);
  return time ? `${line.slice(0, time.index)}${timestampNs}` : `${line.trimEnd()} ${timestampNs}`;
}

/** Words a refusal as InfluxDB 2.7 and later do. */
function retentionText(
  expired: readonly ParsedPoint[],
  bound: bigint,
  bucket: BucketSettings | undefined,
): string {
  const times = expired.map((point) => point.timestampNs).sort((a, b) => (a < b ? -1 : 1));
  const rfc3339 = (ns: bigint | undefined) => new Date(Number((ns ?? 0n) / 1_000_000n)).toISOString();
  const limit = rfc3339(bound);
  const violates = `dropped because it violates a Retention Policy Lower Bound at ${limit}`;
  return (
    `dropped ${expired.length} points outside retention policy of duration ${goDuration(bucket?.retentionS ?? 0)}` +
    ` - oldest point ${expired[0]?.measurement} at ${rfc3339(times[0])} ${violates},` +
    ` newest point ${expired[0]?.measurement} at ${rfc3339(times.at(-1))} ${violates}` +
    ` dropped=${expired.length} for database: 0123456789abcdef for retention policy: autogen`
  );
}

function goDuration(seconds: number): string {
  return `${Math.floor(seconds / 3600)}h${Math.floor(seconds / 60) % 60}m${seconds % 60}s`;
}
