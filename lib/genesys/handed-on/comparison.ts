import { Breather } from "../../time/breather";
import { type Interval, intervalText } from "../interval/granularity";
import type { BucketGrid } from "../interval/grid";
import { isObject, type JsonObject, textOf } from "../json";
import type { Bucket } from "./bucket";
import { isAsked, mergeZeros, type QualifierName, readColumns, type Zeros, zerosFor } from "./columns";
import { Fingerprint } from "./fingerprint";
import { columnsOf, dimensionsOf, groupOf } from "./groups";
import type { HandedOn } from "./store";

/** One answer and its question. */
export interface AskedAnswer {
  readonly rows: readonly JsonObject[];
  readonly interval: Interval;
  /** The dimensions of a group. */
  readonly groupBy: readonly string[];
  /** The dimension whose values are asked by id; `undefined` where none is. */
  readonly key: string | undefined;
  /** The queues or agents that were asked; `undefined` for all. */
  readonly keys: readonly string[] | undefined;
  /** Whether a metric was asked for. */
  readonly metric: (name: string) => boolean;
  /** The question's filters as one text: only answers with the same filters are compared. */
  readonly scope: string;
  /** Whether nothing of it is missing. */
  readonly whole: boolean;
  readonly qualifierName: QualifierName;
}

/** Columns and values of one group in one bucket. */
interface Found {
  readonly columns: Set<number>;
  readonly values: Fingerprint;
  /** Whether it is in the answer, not only taken back. */
  real: boolean;
}

/** An answer compared with what was handed on before. */
export interface Comparison {
  /** The rows of the answer, with entries of 0 for what Genesys Cloud has taken back. */
  readonly rows: readonly JsonObject[];
  /** The entries of 0 among them. */
  readonly zeros: readonly JsonObject[];
  /** Points that differ from what was handed on. */
  readonly changed: number;
  /** Makes the rows of the buckets that differ. */
  readonly changes: () => JsonObject[];
  /** Queues or agents with figures before and none in this answer. */
  readonly vanished: readonly string[];
  /** Whether more than half of what was known is missing; then nothing becomes 0. */
  readonly doubtful: boolean;
  /** Whether all that was known is missing. */
  readonly empty: boolean;
  /** Groups of buckets that were known and are missing. */
  readonly missing: number;
  /** Notes that all of it was handed on; in memory, until `HandedOn.flush`. */
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
  const found = new Map<Bucket, Map<number, Found>>();
  const cellOf = (bucket: Bucket, group: number): Found => {
    let groups = found.get(bucket);
    if (!groups) found.set(bucket, (groups = new Map<number, Found>()));
    let cell = groups.get(group);
    if (!cell) groups.set(group, (cell = { columns: new Set(), values: new Fingerprint(), real: false }));
    return cell;
  };
  const read = ({ bucket, group, entry }: Entry, real: boolean) => {
    const cell = cellOf(bucket, group);
    cell.real ||= real;
    // The qualifiers of entries of 0 are names already.
    const nameOf: QualifierName = real ? asked.qualifierName : (_metric, qualifier) => qualifier;
    readColumns(entry, bucket.names, nameOf, cell.columns, cell.values);
  };

  const answered = new Set<string>();
  const breather = new Breather();
  for (const row of asked.rows) {
    const key = asked.key === undefined ? "" : (textOf(row["group"], asked.key) ?? "");
    for (const entry of entriesOf(row, asked.groupBy, buckets)) {
      answered.add(key);
      read(entry, true);
      if (breather.due) await breather.breathe();
    }
  }

  const missing = missingOf(asked, buckets, found, answered);
  const rows = [...asked.rows];
  const zeros = new Map<Bucket, Map<number, Zeros>>();
  if (!missing.doubtful) {
    for (const { bucket, group, columns } of missing.columns) {
      if (breather.due) await breather.breathe();
      const now = found.get(bucket)?.get(group)?.columns ?? new Set();
      const gone = zerosFor(columns, now, bucket.names, asked.metric);
      if (gone.metrics.length === 0 && !gone.views) continue;
      zeros.set(bucket, (zeros.get(bucket) ?? new Map<number, Zeros>()).set(group, gone));
      read({ bucket, group, entry: gone }, false);
    }
  }
  const left = addZeros(asked, buckets, zeros);
  for (const { bucket, group, gone } of left) {
    const interval = intervalText({ start: bucket.start, end: grid.shift(bucket.start, 1) });
    rows.push({ group: groupOf(bucket, group, asked.groupBy), data: [{ interval, ...gone }] });
  }
  // Absent columns that did not become 0 stay known: a later answer may decide.
  const isKept = (bucket: Bucket, column: number) =>
    missing.doubtful || !asked.whole || !isAsked(bucket.names.text("column", column), asked.metric);
  const shapeOf = (bucket: Bucket, group: number, { columns }: Found) =>
    shapeText([...columns, ...columnsOf(bucket, group).filter((column) => isKept(bucket, column))]);
  const differs = (bucket: Bucket, group: number, cell: Found) => {
    const before = bucket.get(group);
    if (!before || before.high !== cell.values.high || before.low !== cell.values.low) return true;
    return bucket.names.text("shape", before.shape) !== shapeOf(bucket, group, cell);
  };
  const changed = new Map<Bucket, Set<number>>();
  for (const [bucket, groups] of found) {
    if (!bucket.known) continue;
    const set = new Set<number>();
    for (const [group, cell] of groups) if (differs(bucket, group, cell)) set.add(group);
    changed.set(bucket, set);
  }
  return {
    rows,
    zeros: [...zeros.values()].flatMap((groups) => [...groups.values()].flatMap(({ metrics }) => metrics)),
    changed: [...changed.values()].reduce((sum, groups) => sum + groups.size, 0),
    changes: () =>
      rows.flatMap((row) => {
        const data = [...entriesOf(row, asked.groupBy, buckets)]
          .filter(({ bucket, group }) => changed.get(bucket)?.has(group))
          .map(({ entry }) => entry);
        return data.length === 0 ? [] : [{ ...row, data }];
      }),
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

interface Entry {
  readonly bucket: Bucket;
  readonly group: number;
  readonly entry: unknown;
}

/** Yields the entries of a row whose bucket is among `buckets`. */
function* entriesOf(
  row: JsonObject,
  groupBy: readonly string[],
  buckets: ReadonlyMap<number, Bucket>,
): Generator<Entry> {
  const data = row["data"];
  if (!Array.isArray(data) || !isObject(row["group"])) return;
  const text = JSON.stringify(groupBy.map((dimension) => textOf(row["group"], dimension) ?? ""));
  for (const entry of data as unknown[]) {
    const start = Date.parse((textOf(entry, "interval") ?? "").split("/")[0]!);
    const bucket = buckets.get(start);
    if (bucket) yield { bucket, group: bucket.names.number("group", text), entry };
  }
}

/**
 * Adds entries of 0 to their buckets.
 *
 * @returns those whose bucket is not in the answer
 */
function addZeros(
  { rows, groupBy }: AskedAnswer,
  buckets: ReadonlyMap<number, Bucket>,
  zeros: ReadonlyMap<Bucket, ReadonlyMap<number, Zeros>>,
): { bucket: Bucket; group: number; gone: Zeros }[] {
  const added = new Map<Bucket, Set<number>>();
  if (zeros.size > 0) {
    for (const row of rows) {
      for (const { bucket, group, entry } of entriesOf(row, groupBy, buckets)) {
        const gone = zeros.get(bucket)?.get(group);
        if (!gone || added.get(bucket)?.has(group) || !isObject(entry)) continue;
        mergeZeros(entry, gone);
        added.set(bucket, (added.get(bucket) ?? new Set<number>()).add(group));
      }
    }
  }
  return [...zeros].flatMap(([bucket, groups]) =>
    [...groups]
      .filter(([group]) => !added.get(bucket)?.has(group))
      .map(([group, gone]) => ({ bucket, group, gone })),
  );
}

interface Missing {
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
    readonly columns: number[];
  }[];
}

function missingOf(
  asked: AskedAnswer,
  buckets: ReadonlyMap<number, Bucket>,
  found: ReadonlyMap<Bucket, ReadonlyMap<number, Found>>,
  answered: ReadonlySet<string>,
): Missing {
  const wanted = asked.keys && new Set(asked.keys);
  const at = asked.key === undefined ? -1 : asked.groupBy.indexOf(asked.key);
  const vanished = new Set<string>();
  const columns: { bucket: Bucket; group: number; columns: number[] }[] = [];
  let known = 0;
  let count = 0;
  // An answer that lacks a part does not show what is missing.
  if (!asked.whole) return { known, count, doubtful: false, vanished: [], columns };
  for (const bucket of buckets.values()) {
    if (!bucket.known || bucket.scope !== asked.scope) continue;
    const groups = found.get(bucket);
    for (const group of bucket.groups()) {
      const key = at < 0 ? "" : (dimensionsOf(bucket, group)[at] ?? "");
      if (at >= 0 && wanted && !wanted.has(key)) continue;
      const now = groups?.get(group);
      if (!bucket.get(group)?.gone) {
        known++;
        if (!now) count++;
        if (!answered.has(key)) vanished.add(key);
      }
      if (!answered.has(key)) continue;
      const before = columnsOf(bucket, group);
      if (!now || before.some((column) => !now.columns.has(column)))
        columns.push({ bucket, group, columns: before });
    }
  }
  return { known, count, doubtful: count * 2 > known, vanished: [...vanished], columns };
}

function shapeText(columns: Iterable<number>): string {
  return [...new Set(columns)].sort((a, b) => a - b).join(" ");
}
