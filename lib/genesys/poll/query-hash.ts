import { createHash } from "node:crypto";
import { durationText } from "../../terms/durations";
import type { BucketGrid } from "../interval/grid";
import type { IntervalSource } from "./source";

/** Hashes the question: keys, metrics, grouping, filter, granularity and zone. */
export function queryHash(source: IntervalSource, grid: BucketGrid): string {
  const { keys, metrics } = source.chosen;
  return hash([seriesOf(source, grid), sorted(keys), sorted(metrics), sorted(source.filter)]);
}

/** Hashes what separates the points of two polls: kind, grouping, granularity and zone. */
export function seriesHash(source: IntervalSource, grid: BucketGrid): string {
  return hash(seriesOf(source, grid));
}

function seriesOf(
  { kind, family = "", groupBy }: IntervalSource,
  { granularity, timeZone }: BucketGrid,
): unknown {
  return [kind, family, sorted(groupBy), durationText(granularity.ms), timeZone];
}

function sorted(list: readonly string[]): string[] {
  return [...new Set(list)].sort();
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}
