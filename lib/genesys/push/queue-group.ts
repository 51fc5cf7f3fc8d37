import { type JsonObject, propertyOf, textOf } from "../json";
import { type Asked, outlives, TOLERANCE_MS } from "./state";

/** One figure of a group. */
export interface Entry {
  readonly metric: string;
  readonly qualifier: string | undefined;
  readonly stats: JsonObject;
  /** The time of the figure, by the API's clock. */
  readonly at: number;
  /** Number of its event; 0 for an answer. */
  readonly number: number;
}

/** A group and its figures. */
export interface Group {
  readonly queueId: string;
  readonly group: JsonObject;
  readonly entries: Map<string, Entry>;
}

/** Metrics of the oldest conversation in a state, with the metric that counts the conversations. */
export const OLDEST = { oLongestWaiting: "oWaiting", oLongestInteracting: "oInteracting" } as const;
/** The reverse of `OLDEST`: the metric of the oldest by the one that counts. */
export const OLDEST_OF = new Map(Object.entries(OLDEST).map(([oldest, count]) => [count as string, oldest]));

/** A group's key, out of a queue's id in small letters and a media type. */
export function keyFor(queueId: string, mediaType: string | undefined): string {
  return `${queueId}/${mediaType ?? ""}`;
}

/** The key of a group of an answer. */
export function keyOf(group: unknown): string | undefined {
  const queueId = textOf(group, "queueId");
  return queueId && keyFor(queueId.toLowerCase(), textOf(group, "mediaType"));
}

/** The key of a figure in a group. */
export function idOf(metric: string, qualifier = ""): string {
  return `${metric}/${qualifier}`;
}

/** Reads a group from an answer; newer events stay. */
export function groupOf(row: JsonObject, before: Group | undefined, asked: Asked): Group {
  const entries = new Map<string, Entry>();
  const at = asked.at - TOLERANCE_MS;
  for (const entry of Array.isArray(row["data"]) ? (row["data"] as unknown[]) : []) {
    const metric = textOf(entry, "metric");
    if (!metric) continue;
    const qualifier = textOf(entry, "qualifier");
    const id = idOf(metric, qualifier);
    const known = before?.entries.get(id);
    if (known && outlives(known, asked)) entries.set(id, known);
    else {
      const stats = { ...(propertyOf(entry, "stats") as JsonObject | undefined) };
      entries.set(id, { metric, qualifier, stats, at: Math.max(at, known?.at ?? at), number: 0 });
    }
  }
  for (const [id, known] of before?.entries ?? []) {
    if (!entries.has(id) && outlives(known, asked)) entries.set(id, known);
  }
  const group = row["group"] as JsonObject;
  return { group, entries, queueId: (textOf(group, "queueId") ?? "").toLowerCase() };
}

/** Empties a group that an answer lacks while it holds others of the queue; newer events stay. */
export function emptied(group: Group, asked: Asked): Group {
  const entries = new Map<string, Entry>();
  for (const [id, known] of group.entries) {
    const at = Math.max(known.at, asked.at - TOLERANCE_MS);
    entries.set(id, outlives(known, asked) ? known : { ...known, stats: { count: 0 }, at, number: 0 });
  }
  return { ...group, entries };
}

/** Whether a group changed without an event: an answer has other counts than were known for a while. */
export function differ(before: Group, after: Group, asked: Asked): boolean {
  const quiet = (entry: Entry | undefined) => !entry || entry.at <= asked.at - 2 * TOLERANCE_MS;
  for (const [id, entry] of after.entries) {
    const known = before.entries.get(id);
    if (entry.stats["count"] === undefined || OLDEST_NAMES.has(entry.metric)) continue;
    if (quiet(known) && (known?.stats["count"] ?? 0) !== entry.stats["count"]) return true;
  }
  return false;
}
const OLDEST_NAMES: ReadonlySet<string> = new Set(Object.keys(OLDEST));

/** Sets a figure unless the known one is newer. */
export function setCount(
  group: Group,
  metric: string,
  qualifier: string | undefined,
  stats: JsonObject,
  at: number,
  number: number,
): void {
  const id = idOf(metric, qualifier);
  const known = group.entries.get(id);
  if (known && known.at > at) return;
  group.entries.set(id, { metric, qualifier, stats, at, number });
}

/** The time of an event without one: its arrival, or the known figure's time if blurred clocks make that later. */
export function timeOf({ entries }: Group, metric: string, arrivedAt: number): number {
  const known = entries.get(idOf(metric))?.at ?? 0;
  return known - arrivedAt <= TOLERANCE_MS ? Math.max(known, arrivedAt) : arrivedAt;
}

/** Counts by status of a metric. */
export function statusesOf({ entries }: Group, metric: string): Map<string, number> {
  const statuses = new Map<string, number>();
  for (const entry of entries.values()) {
    const count = entry.stats["count"];
    if (entry.metric === metric && entry.qualifier && typeof count === "number")
      statuses.set(entry.qualifier, count);
  }
  return statuses;
}

/** The count of a metric without qualifier; 0 where unknown. */
export function countOf({ entries }: Group, metric: string): number {
  const count = entries.get(idOf(metric))?.stats["count"];
  return typeof count === "number" ? count : 0;
}

/** Sets the age of the oldest when the count changes from or to 0: none, or just begun. */
export function settleOldest(group: Group, oldest: string, metric: string, at: number, number: number): void {
  const known = group.entries.get(idOf(oldest));
  const hasOldest = known?.stats["calculatedMetricValue"] !== undefined;
  if (countOf(group, metric) === 0) setCount(group, oldest, undefined, { count: 0 }, at, number);
  else if (!hasOldest)
    setCount(group, oldest, undefined, { count: 1, calculatedMetricValue: at }, at, number);
}

/** Makes the row that a poll would answer; a copy. */
export function rowOf({ group, entries }: Group): JsonObject {
  return {
    group: { ...group },
    data: [...entries.values()].map(({ metric, qualifier, stats }) => ({
      metric,
      ...(qualifier !== undefined && { qualifier }),
      stats: { ...stats },
    })),
  };
}
