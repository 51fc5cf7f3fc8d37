import { nameKeyOf } from "../../terms/dimensions";
import type { CallOptions } from "../http/client";
import { type JsonObject, textOf } from "../json";
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
  [idKey, nameKey]: readonly [string, string],
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
    const id = textOf(row["group"], idKey) ?? "";
    const name = names.get(id) || list.nameOf(id);
    if (name) (row["group"] as JsonObject)[nameKey] = name;
  }
}

/** Writes the names of all dimensions of a grouping that have any into each row's group. */
export async function addAllNames(
  rows: readonly JsonObject[],
  groupBy: readonly string[],
  directory: Directory,
  notices: Notices,
  options: CallOptions,
): Promise<void> {
  for (const dimension of groupBy) {
    const nameKey = nameKeyOf(dimension);
    const list = nameKey && directory.namesFor(nameKey);
    if (nameKey && list) await addNames(rows, [dimension, nameKey], list, notices, options);
  }
}
