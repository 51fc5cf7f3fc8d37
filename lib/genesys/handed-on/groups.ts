import type { JsonObject } from "../json";
import type { Bucket } from "./bucket";
import type { HandedOn } from "./store";

/** The values of a group's dimensions, in the order of their names. */
export function dimensionsOf(bucket: Bucket, group: number): string[] {
  return JSON.parse(bucket.names.text("group", group) ?? "[]") as string[];
}

/** The dimensions of a group that have a value. */
export function groupOf(bucket: Bucket, group: number, groupBy: readonly string[]): JsonObject {
  const values = dimensionsOf(bucket, group);
  const entries = groupBy.map((dimension, index) => [dimension, values[index] ?? ""] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

/**
 * Queues or agents that were handed on in these buckets, whatever else is asked now.
 *
 * @param keyAt their place among the dimensions of a group; negative where there is none
 * @returns `undefined` when nothing is known of any of the buckets
 */
export async function keysOf(
  store: HandedOn,
  starts: readonly number[],
  keyAt: number,
): Promise<Set<string> | undefined> {
  const keys = new Set<string>();
  let known = false;
  for (const start of starts) {
    const bucket = await store.bucket(start);
    known ||= bucket.known;
    if (keyAt < 0) continue;
    for (const group of bucket.groups()) keys.add(dimensionsOf(bucket, group)[keyAt] ?? "");
  }
  keys.delete("");
  return known ? keys : undefined;
}
