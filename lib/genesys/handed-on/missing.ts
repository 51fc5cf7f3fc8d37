import type { Breather } from "../../time/breather";
import type { AskedAnswer, Found } from "./asked";
import type { Bucket } from "./bucket";
import { dimensionsOf } from "./groups";
import type { Shapes } from "./shapes";

/** What was known of the buckets and is not in an answer. */
export interface Missing {
  /** Known groups of buckets among those asked for. */
  readonly known: number;
  /** How many of them are absent. */
  readonly count: number;
  readonly doubtful: boolean;
  readonly vanished: readonly string[];
  /** Former columns of each group that may have lost some. */
  readonly columns: readonly {
    readonly bucket: Bucket;
    readonly group: number;
    readonly columns: readonly number[];
  }[];
}

/**
 * Looks for known groups and columns that an answer lacks.
 *
 * @param answered queues or agents that are in the answer
 */
export async function missingOf(
  asked: AskedAnswer,
  buckets: Iterable<Bucket>,
  found: ReadonlyMap<Bucket, ReadonlyMap<number, Found>>,
  answered: ReadonlySet<string>,
  shapesOf: (bucket: Bucket) => Shapes,
  breather: Breather,
): Promise<Missing> {
  const wanted = asked.keys && new Set(asked.keys);
  const at = asked.key === undefined ? -1 : asked.groupBy.indexOf(asked.key);
  const vanished = new Set<string>();
  const columns: { bucket: Bucket; group: number; columns: readonly number[] }[] = [];
  let known = 0;
  let count = 0;
  // An answer that lacks a part does not show what is missing.
  if (!asked.whole) return { known, count, doubtful: false, vanished: [], columns };
  for (const bucket of buckets) {
    if (!bucket.known || bucket.scope !== asked.scope) continue;
    const groups = found.get(bucket);
    const shapes = shapesOf(bucket);
    for (const group of bucket.groups()) {
      if (breather.due) await breather.breathe();
      const key = at < 0 ? "" : (dimensionsOf(bucket, group)[at] ?? "");
      if (at >= 0 && wanted && !wanted.has(key)) continue;
      const now = groups?.get(group);
      const cell = bucket.get(group);
      if (!cell?.gone) {
        known++;
        if (!now) count++;
        if (!answered.has(key)) vanished.add(key);
      }
      if (!answered.has(key)) continue;
      const before = shapes.columnsOf(cell?.shape ?? -1);
      if (!now || before.some((column) => !now.columns.has(column)))
        columns.push({ bucket, group, columns: before });
    }
  }
  return { known, count, doubtful: count * 2 > known, vanished: [...vanished], columns };
}
