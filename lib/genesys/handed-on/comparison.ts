import { Breather } from "../../time/breather";
import { intervalText } from "../interval/granularity";
import type { BucketGrid } from "../interval/grid";
import { type JsonObject, textOf } from "../json";
import type { AskedAnswer, Found } from "./asked";
import type { Bucket } from "./bucket";
import { isAsked, type QualifierName, readColumns, type Zeros, zerosFor } from "./columns";
import { Entries, type Entry } from "./entries";
import { Fingerprint } from "./fingerprint";
import { groupOf } from "./groups";
import { missingOf } from "./missing";
import type { DayNames } from "./names";
import { type Columns, Shapes } from "./shapes";
import type { HandedOn } from "./store";

/** An answer compared with what was handed on before. */
export interface Comparison {
  /** The rows of the answer, with entries of 0 for what Genesys Cloud has taken back. */
  readonly rows: readonly JsonObject[];
  /** The entries of 0 among them. */
  readonly zeros: readonly JsonObject[];
  /** Points that differ from what was handed on. */
  readonly changed: number;
  /** Makes the rows of the buckets that differ. */
  readonly changes: () => Promise<JsonObject[]>;
  /** Queues or agents with figures before and none in this answer. */
  readonly vanished: readonly string[];
  /** Whether more than half of what was known is missing; then nothing becomes 0. */
  readonly doubtful: boolean;
  /** Whether all that was known is missing. */
  readonly empty: boolean;
  /** Groups of buckets that were known and are missing. */
  readonly missing: number;
  /** Notes that all of it was handed on, in one go; in memory, until `HandedOn.flush`. */
  readonly note: () => void;
}

/**
 * Compares an answer with what was handed on for its buckets.
 *
 * A known value that is absent was taken back and becomes 0, if the answer is whole, the metric was asked with the same
 * scope, and its queue (or agent) has another value in the answer. Nothing becomes 0 for a queue that vanishes whole,
 * or when more than half of what was known is missing: more likely it is hidden.
 */
export async function compare(store: HandedOn, grid: BucketGrid, asked: AskedAnswer): Promise<Comparison> {
  const buckets = new Map<number, Bucket>();
  for (const start of grid.starts(asked.interval)) buckets.set(start, await store.bucket(start));
  const entries = new Entries(buckets, asked.groupBy);
  // Absent columns that did not become 0 stay known: a later answer may decide.
  let keepsAll = !asked.whole;
  const shapesOf = perDay(
    (names) => new Shapes(names, (column) => keepsAll || !isAsked(column, asked.metric)),
  );
  const found = new Map<Bucket, Map<number, Found>>();
  const cellOf = (bucket: Bucket, group: number): Found => {
    let groups = found.get(bucket);
    if (!groups) found.set(bucket, (groups = new Map<number, Found>()));
    let cell = groups.get(group);
    if (!cell) groups.set(group, (cell = { columns: NO_COLUMNS, values: new Fingerprint(), real: false }));
    return cell;
  };
  const read = ({ bucket, group, entry }: Entry, real: boolean) => {
    const cell = cellOf(bucket, group);
    cell.real ||= real;
    // The qualifiers of entries of 0 are names already.
    const nameOf: QualifierName = real ? asked.qualifierName : (_metric, qualifier) => qualifier;
    const columns = readColumns(entry, bucket.names, nameOf, cell.values);
    cell.columns = shapesOf(bucket).setOf(cell.columns.size > 0 ? [...cell.columns, ...columns] : columns);
  };

  const answered = new Set<string>();
  const breather = new Breather();
  for (const row of asked.rows) {
    const key = asked.key === undefined ? "" : (textOf(row["group"], asked.key) ?? "");
    for (const entry of entries.of(row)) {
      answered.add(key);
      read(entry, true);
      if (breather.due) await breather.breathe();
    }
  }

  const missing = await missingOf(asked, buckets.values(), found, answered, shapesOf, breather);
  keepsAll ||= missing.doubtful;
  const rows = [...asked.rows];
  const zeros = new Map<Bucket, Map<number, Zeros>>();
  if (!missing.doubtful) {
    for (const { bucket, group, columns } of missing.columns) {
      if (breather.due) await breather.breathe();
      const now = found.get(bucket)?.get(group)?.columns ?? NO_COLUMNS;
      const gone = zerosFor(columns, now, bucket.names, asked.metric);
      if (gone.metrics.length === 0 && !gone.views) continue;
      zeros.set(bucket, (zeros.get(bucket) ?? new Map<number, Zeros>()).set(group, gone));
      read({ bucket, group, entry: gone }, false);
    }
  }
  for (const { bucket, group, gone } of await entries.addZeros(asked.rows, zeros, breather)) {
    const interval = intervalText({ start: bucket.start, end: grid.shift(bucket.start, 1) });
    rows.push({ group: groupOf(bucket, group, asked.groupBy), data: [{ interval, ...gone }] });
  }
  const shapeOf = (bucket: Bucket, group: number, { columns }: Found) =>
    shapesOf(bucket).textOf(columns, bucket.get(group)?.shape ?? -1);
  const differs = (bucket: Bucket, group: number, cell: Found) => {
    const before = bucket.get(group);
    if (!before || before.high !== cell.values.high || before.low !== cell.values.low) return true;
    return bucket.names.text("shape", before.shape) !== shapeOf(bucket, group, cell);
  };
  const changed = new Map<Bucket, Set<number>>();
  for (const [bucket, groups] of found) {
    if (!bucket.known) continue;
    const set = new Set<number>();
    for (const [group, cell] of groups) {
      if (breather.due) await breather.breathe();
      if (differs(bucket, group, cell)) set.add(group);
    }
    changed.set(bucket, set);
  }
  return {
    rows,
    zeros: [...zeros.values()].flatMap((groups) => [...groups.values()].flatMap(({ metrics }) => metrics)),
    changed: [...changed.values()].reduce((sum, groups) => sum + groups.size, 0),
    changes: async () => {
      const differing: JsonObject[] = [];
      for (const row of rows) {
        if (breather.due) await breather.breathe();
        const data = [...entries.of(row)]
          .filter(({ bucket, group }) => changed.get(bucket)?.has(group))
          .map(({ entry }) => entry);
        if (data.length > 0) differing.push({ ...row, data });
      }
      return differing;
    },
    vanished: missing.vanished,
    doubtful: missing.doubtful,
    missing: missing.count,
    empty: missing.known > 0 && missing.count === missing.known,
    note: () => {
      for (const bucket of buckets.values()) {
        bucket.asked(asked.scope);
        for (const [group, cell] of found.get(bucket) ?? []) {
          const { high, low } = cell.values;
          const shape = bucket.names.number("shape", shapeOf(bucket, group, cell));
          bucket.set(group, { shape, high, low, gone: !cell.real });
        }
        store.keep(bucket);
      }
    },
  };
}

const NO_COLUMNS: Columns = new Set();

/** Makes one thing for each day, when it is first asked for. */
function perDay<T>(make: (names: DayNames) => T): (bucket: Bucket) => T {
  const made = new Map<DayNames, T>();
  return ({ names }) => {
    let one = made.get(names);
    if (one === undefined) made.set(names, (one = make(names)));
    return one;
  };
}
