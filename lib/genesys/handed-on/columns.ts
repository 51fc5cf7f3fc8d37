import { isStatistic, STATISTICS } from "../../terms/statistics";
import { isObject, type JsonObject, propertyOf, textOf } from "../json";
import { type Fingerprint, type Place, placeOf } from "./fingerprint";
import type { DayNames } from "./names";

/** Separates the text of a column: `m`, metric, qualifier, statistics; or `v`, view, nothing, statistics. */
const SEPARATOR = "\t";

/** Names a qualifier as in the field's name, which changes when a presence is renamed. */
export type QualifierName = (metric: string, qualifier: string) => string;

/** Column numbers and value places of a metric, the same in every row. */
interface Head {
  readonly text: string;
  /** By the statistics in their order in the answer. */
  readonly columns: Map<string, number>;
  /** By statistic. */
  readonly places: Map<string, Place>;
}

/** Heads by text, cached: a large organisation has hundreds of thousands of entries in each poll. */
const HEADS = new WeakMap<DayNames, Map<string, Head>>();

/** Reads a bucket of a row: adds its values to the fingerprint. @returns its columns, in the order of the row */
export function readColumns(
  entry: unknown,
  names: DayNames,
  qualifierName: QualifierName,
  fingerprint: Fingerprint,
): number[] {
  const columns: number[] = [];
  let heads = HEADS.get(names);
  if (!heads) HEADS.set(names, (heads = new Map<string, Head>()));
  const take = (sort: "m" | "v", nameKey: string, list: unknown) => {
    if (!Array.isArray(list)) return;
    for (const item of list as unknown[]) {
      const name = textOf(item, nameKey);
      const stats = propertyOf(item, "stats");
      if (name === undefined || !isObject(stats)) continue;
      const qualifier = textOf(item, "qualifier");
      const text = `${sort}${SEPARATOR}${name}${SEPARATOR}${qualifier ? qualifierName(name, qualifier) : ""}`;
      let head = heads.get(text);
      if (!head) heads.set(text, (head = { text, columns: new Map(), places: new Map() }));
      const statistics = Object.keys(stats);
      columns.push(columnOfHead(head, statistics, names));
      // Statistic by statistic: one metric in two entries equals one entry.
      for (const statistic of statistics) {
        let place = head.places.get(statistic);
        if (!place) head.places.set(statistic, (place = placeOf(`${text}${SEPARATOR}${statistic}`)));
        fingerprint.add(place, stats[statistic]);
      }
    }
  };
  take("m", "metric", propertyOf(entry, "metrics"));
  take("v", "name", propertyOf(entry, "views"));
  return columns;
}

function columnOfHead({ text, columns }: Head, statistics: readonly string[], names: DayNames): number {
  const key = statistics.join(",");
  let column = columns.get(key);
  if (column === undefined) {
    column = names.number("column", `${text}${SEPARATOR}${statistics.toSorted().join(",")}`);
    columns.set(key, column);
  }
  return column;
}

/** Entries of 0 in the shape of a row's bucket; `views` only where there are any. */
export interface Zeros {
  readonly metrics: readonly JsonObject[];
  readonly views?: readonly JsonObject[];
}

/** Adds entries of 0 to a bucket that is in the answer. */
export function mergeZeros(entry: JsonObject, { metrics, views = [] }: Zeros): void {
  const merge = (property: string, name: string, zeros: readonly JsonObject[]) => {
    if (zeros.length === 0) return;
    const found = entry[property];
    const list: unknown[] = Array.isArray(found) ? found : (entry[property] = []);
    for (const zero of zeros) {
      // The metric may be there with other statistics.
      const there = list.find(
        (item): item is JsonObject =>
          isObject(item) && item[name] === zero[name] && item["qualifier"] === zero["qualifier"],
      );
      if (there && isObject(there["stats"])) Object.assign(there["stats"], zero["stats"]);
      else list.push(zero);
    }
  };
  merge("metrics", "metric", metrics);
  merge("views", "name", views);
}

/**
 * Makes entries of 0 for columns that a bucket had and lacks now.
 *
 * @param before columns that it was handed on with
 * @param now columns that it came with
 * @param asked whether a metric was asked for
 */
export function zerosFor(
  before: Iterable<number>,
  now: ReadonlySet<number>,
  names: DayNames,
  asked: (metric: string) => boolean,
): Zeros {
  const zeros: { metrics: JsonObject[]; views?: JsonObject[] } = { metrics: [] };
  let present: Map<string, Set<string>> | undefined;
  for (const column of before) {
    if (now.has(column)) continue;
    const { sort, name, qualifier, statistics } = columnOf(names.text("column", column) ?? "");
    if (sort === "m" && !asked(name)) continue;
    // The same metric may be there with other statistics.
    present ??= presentIn(now, names);
    const there = present.get([sort, name, qualifier].join(SEPARATOR));
    const gone = statistics.filter(
      (statistic) =>
        !there?.has(statistic) && isStatistic(statistic) && STATISTICS[statistic].zeroWhenTakenBack,
    );
    if (gone.length === 0) continue;
    const stats = Object.fromEntries(gone.map((statistic) => [statistic, 0]));
    if (sort === "v") (zeros.views ??= []).push({ name, stats });
    else zeros.metrics.push({ metric: name, ...(qualifier && { qualifier }), stats });
  }
  return zeros;
}

/** Whether a column was asked for; views come with every question. */
export function isAsked(column: string, asked: (metric: string) => boolean): boolean {
  const { sort, name } = columnOf(column);
  return sort !== "m" || asked(name);
}

function presentIn(columns: ReadonlySet<number>, names: DayNames): Map<string, Set<string>> {
  const present = new Map<string, Set<string>>();
  for (const column of columns) {
    const { sort, name, qualifier, statistics } = columnOf(names.text("column", column) ?? "");
    const head = [sort, name, qualifier].join(SEPARATOR);
    const known = present.get(head) ?? new Set();
    for (const statistic of statistics) known.add(statistic);
    present.set(head, known);
  }
  return present;
}

function columnOf(text: string): { sort: string; name: string; qualifier: string; statistics: string[] } {
  const [sort = "", name = "", qualifier = "", statistics = ""] = text.split(SEPARATOR);
  return { sort, name, qualifier, statistics: statistics.split(",") };
}
