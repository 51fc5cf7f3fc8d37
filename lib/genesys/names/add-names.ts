import { isByPresence, type PresenceMappings } from "../../terms/presences";
import type { CallOptions } from "../http/client";
import { type JsonObject, propertyOf, textOf } from "../json";
import type { Notices } from "../notices";
import type { Directory } from "./directory";
import type { NameList } from "./name-list";

/** Rows between two breaths of the event loop. */
const BREATH = 2_000;

/**
 * Writes the names of a dimension into each row's group: `queueName` beside `queueId`. Ids without a name stay
 * alone; when the list cannot be read, a notice says why.
 */
export async function addNames(
  rows: readonly JsonObject[],
  [idKey, nameKey]: readonly ["queueId", "queueName"] | readonly ["userId", "userName"],
  list: NameList,
  notices: Notices,
  options: CallOptions,
): Promise<void> {
  const ids = new Set<string>();
  for (const row of rows) {
    const id = textOf(row["group"], idKey);
    if (id) ids.add(id);
  }
  if (ids.size === 0) return;
  const names = await list.covering(ids, options);
  notices.set(
    nameKey,
    list.problem && `${nameKey}s cannot be read, ids are used: ${list.problem.message}`,
    `${nameKey}s can be read again`,
  );
  for (const [index, row] of rows.entries()) {
    if (index % BREATH === BREATH - 1) await new Promise((resolve) => setImmediate(resolve));
    const name = names.get(textOf(row["group"], idKey) ?? "");
    if (name) (row["group"] as JsonObject)[nameKey] = name;
  }
}

/** The mappings that came with an answer, completed by the presence definitions where it uses ids that they lack. */
export async function completeMappings(
  rows: readonly JsonObject[],
  mappings: PresenceMappings | undefined,
  directory: Directory,
  options: CallOptions,
): Promise<PresenceMappings | undefined> {
  const known = new Set(Object.values(mappings ?? {}).flat());
  const unknown = new Set<string>();
  for (const entry of entriesOf(rows)) {
    const qualifier = textOf(entry, "qualifier");
    if (qualifier && !known.has(qualifier) && isByPresence(textOf(entry, "metric") ?? ""))
      unknown.add(qualifier);
  }
  if (unknown.size === 0) return mappings;
  const defined = await directory.mappingsFor(unknown, options);
  const merged = new Map<string, string[]>(Object.entries(defined).map(([name, ids]) => [name, [...ids]]));
  for (const [name, ids] of Object.entries(mappings ?? {})) {
    merged.set(name, [...new Set([...ids, ...(merged.get(name) ?? [])])]);
  }
  return merged.size > 0 ? Object.fromEntries(merged) : undefined;
}

/** The entries that hold a metric: directly in `data`, or in the `metrics` of each of its buckets. */
function* entriesOf(rows: readonly JsonObject[]): Generator {
  for (const row of rows) {
    const data = propertyOf(row, "data");
    if (!Array.isArray(data)) continue;
    for (const entry of data as unknown[]) {
      const metrics = propertyOf(entry, "metrics");
      if (Array.isArray(metrics)) yield* metrics as unknown[];
      else yield entry;
    }
  }
}
