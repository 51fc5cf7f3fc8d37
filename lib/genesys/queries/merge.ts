import type { PresenceMappings } from "../../terms/presences";
import { isObject, type JsonObject, propertyOf, textOf } from "../json";
import type { Part } from "./part";

/** Merges answers about the same groups, each with other metrics. */
export function mergeMetrics(parts: readonly Part[]): Part {
  const [only, ...others] = parts;
  if (only && others.length === 0) return only;
  const rows = new Map<string, JsonObject>();
  for (const row of parts.flatMap((part) => part.rows)) {
    const key = groupKey(row);
    const known = rows.get(key);
    rows.set(key, known ? { ...known, data: mergeData([...listOf(known), ...listOf(row)]) } : row);
  }
  const mappings = mergeMappings(parts.map((part) => part.mappings));
  return {
    rows: [...rows.values()],
    malformed: parts.reduce((sum, { malformed }) => sum + malformed, 0),
    ...(mappings && { mappings }),
  };
}

/** Merges the mappings of several answers. */
function mergeMappings(all: readonly (PresenceMappings | undefined)[]): PresenceMappings | undefined {
  const merged = new Map<string, Set<string>>();
  for (const [name, ids] of all.flatMap((mappings) => Object.entries(mappings ?? {}))) {
    merged.set(name, new Set([...(merged.get(name) ?? []), ...ids]));
  }
  return merged.size > 0 ? Object.fromEntries([...merged].map(([name, ids]) => [name, [...ids]])) : undefined;
}

function groupKey(row: JsonObject): string {
  const group = isObject(row["group"]) ? row["group"] : {};
  return JSON.stringify(Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function listOf(row: JsonObject): unknown[] {
  return Array.isArray(row["data"]) ? (row["data"] as unknown[]) : [];
}

/** Merges entries of one bucket; entries of live state, without buckets, stay. */
function mergeData(entries: readonly unknown[]): unknown[] {
  const buckets = new Map<string, JsonObject>();
  const others: unknown[] = [];
  for (const entry of entries) {
    const interval = textOf(entry, "interval");
    if (interval === undefined || !isObject(entry)) {
      others.push(entry);
      continue;
    }
    const known = buckets.get(interval);
    buckets.set(interval, known ? mergeBucket(known, entry) : entry);
  }
  return [...buckets.values(), ...others];
}

function mergeBucket(one: JsonObject, other: JsonObject): JsonObject {
  const lists = (key: string) =>
    [one, other].flatMap((entry) => {
      const list = propertyOf(entry, key);
      return Array.isArray(list) ? (list as unknown[]) : [];
    });
  // A view comes with every part, whatever metrics that part asks for.
  const views = new Map(lists("views").map((view) => [textOf(view, "name"), view]));
  return { ...one, metrics: lists("metrics"), ...(views.size > 0 && { views: [...views.values()] }) };
}
