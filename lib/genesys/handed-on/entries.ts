import type { Breather } from "../../time/breather";
import { isObject, type JsonObject, textOf } from "../json";
import type { Bucket } from "./bucket";
import { mergeZeros, type Zeros } from "./columns";

/** A row's part in one bucket. */
export interface Entry {
  readonly bucket: Bucket;
  readonly group: number;
  readonly entry: unknown;
}

/** The buckets that are compared, and how rows are grouped in them. */
export class Entries {
  readonly #buckets: ReadonlyMap<number, Bucket>;
  readonly #groupBy: readonly string[];
  /** By the text of their interval, which thousands of entries have in common. */
  readonly #byInterval = new Map<string, Bucket | undefined>();

  /** @param buckets by their start */
  constructor(buckets: ReadonlyMap<number, Bucket>, groupBy: readonly string[]) {
    this.#buckets = buckets;
    this.#groupBy = groupBy;
  }

  /** Yields the entries of a row whose bucket is compared. */
  *of(row: JsonObject): Generator<Entry> {
    const data = row["data"];
    if (!Array.isArray(data) || !isObject(row["group"])) return;
    const text = JSON.stringify(this.#groupBy.map((dimension) => textOf(row["group"], dimension) ?? ""));
    for (const entry of data as unknown[]) {
      const bucket = this.#bucketOf(textOf(entry, "interval") ?? "");
      if (bucket) yield { bucket, group: bucket.names.number("group", text), entry };
    }
  }

  #bucketOf(interval: string): Bucket | undefined {
    if (!this.#byInterval.has(interval)) {
      this.#byInterval.set(interval, this.#buckets.get(Date.parse(interval.split("/")[0]!)));
    }
    return this.#byInterval.get(interval);
  }

  /**
   * Adds entries of 0 to their buckets.
   *
   * @returns those whose bucket is not in the answer
   */
  async addZeros(
    rows: readonly JsonObject[],
    zeros: ReadonlyMap<Bucket, ReadonlyMap<number, Zeros>>,
    breather: Breather,
  ): Promise<{ bucket: Bucket; group: number; gone: Zeros }[]> {
    const added = new Map<Bucket, Set<number>>();
    for (const row of zeros.size > 0 ? rows : []) {
      for (const { bucket, group, entry } of this.of(row)) {
        if (breather.due) await breather.breathe();
        const gone = zeros.get(bucket)?.get(group);
        if (!gone || added.get(bucket)?.has(group) || !isObject(entry)) continue;
        mergeZeros(entry, gone);
        added.set(bucket, (added.get(bucket) ?? new Set<number>()).add(group));
      }
    }
    return [...zeros].flatMap(([bucket, groups]) =>
      [...groups]
        .filter(([group]) => !added.get(bucket)?.has(group))
        .map(([group, gone]) => ({ bucket, group, gone })),
    );
  }
}
