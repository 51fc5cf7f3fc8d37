import {
  AGGREGATE_FIELDS,
  checkSize,
  readBuckets,
  readMetrics,
  readViews,
  Stats,
} from "../aggregate-request";
import type { View } from "../aggregate-request";
import { MAX_PREDICATES } from "../catalogue";
import type { Call } from "../context";
import { FAMILIES } from "../families/catalogue";
import type { FamilyFacts, SimFamily } from "../families/catalogue";
import { AFTER_MS, BEFORE_MS, familyEvents } from "../families/events";
import { readFilter } from "../filter";
import { bodyObject, intervalText, knownFields, names, oneOf } from "../request";
import type { Span } from "../request";

interface Bucket {
  readonly metrics: Map<string, Stats>;
  readonly views: Map<string, Stats>;
}

interface Group {
  readonly group: Readonly<Record<string, string>>;
  readonly buckets: Map<number, Bucket>;
}

/** `POST /api/v2/analytics/{family}/aggregates/query` of any family but conversations and users. */
export const familyAggregates =
  (family: SimFamily) =>
  ({ world, now, body }: Call): unknown => {
    const facts: FamilyFacts = FAMILIES[family];
    const request = bodyObject(body);
    knownFields(request, "AggregationQuery", AGGREGATE_FIELDS);
    const { span, spans } = readBuckets(request, world.smallestGranularityMs);
    const metrics = new Set(readMetrics(request, facts.metrics, "AggregateMetric", world));
    const groupBy = names(request, "groupBy", facts.dimensions, "AggregateDimension") ?? [];
    const filter = readFilter(request["filter"], facts.dimensions, MAX_PREDICATES.families);
    const views = readViews(request, facts.metrics);
    const alternate = request["alternateTimeDimension"];
    if (alternate !== undefined) oneOf(alternate, facts.alternateTimeDimensions, "AlternateTimeDimension");
    // Counted by the conversation's time unless another is asked for: then by the time at which it was established.
    const byEvent =
      alternate !== undefined && alternate !== "conversationStart" && alternate !== "wrapUpDate";
    const after = byEvent ? AFTER_MS.established : AFTER_MS.counts;

    const groups = new Map<string, Group>();
    const { organisation, history } = world;
    for (const queue of organisation.queues().filter((one) => world.answered(one))) {
      for (const conversation of history.conversations(queue, span.start - after, span.end + BEFORE_MS)) {
        familyEvents(
          family,
          conversation,
          organisation,
          ({ metric, establishedAt, value, dimensions, ...event }) => {
            const at = byEvent ? establishedAt : event.at;
            if (at < span.start || at >= span.end || establishedAt > now) return;
            const targets = views.filter(
              (view) => view.target === metric && value >= view.gte && value < view.lt,
            );
            if (!metrics.has(metric) && targets.length === 0) return;
            if (!filter.matches((dimension) => dimensions[dimension])) return;
            const bucket = bucketOf(groupOf(groups, groupBy, dimensions), spans, at);
            if (metrics.has(metric)) statsOf(bucket.metrics, metric).add(value);
            for (const { name } of targets) statsOf(bucket.views, name).add(value);
          },
        );
      }
    }
    const results = [...groups.values()].map(({ group, buckets }) => ({
      group,
      data: dataOf(buckets, spans, views),
    }));
    checkSize(results, world.limits);
    return results.length > 0 ? { results } : {};
  };

function groupOf(
  groups: Map<string, Group>,
  groupBy: readonly string[],
  dimensions: Readonly<Record<string, string | undefined>>,
): Group {
  const group: Record<string, string> = {};
  for (const dimension of groupBy) {
    const value = dimensions[dimension];
    if (value !== undefined) group[dimension] = value;
  }
  const key = JSON.stringify(group);
  const known = groups.get(key) ?? { group, buckets: new Map<number, Bucket>() };
  groups.set(key, known);
  return known;
}

function bucketOf({ buckets }: Group, spans: readonly Span[], at: number): Bucket {
  const index = spans.findIndex(({ end }) => at < end);
  const known = buckets.get(index) ?? { metrics: new Map<string, Stats>(), views: new Map<string, Stats>() };
  buckets.set(index, known);
  return known;
}

function dataOf(
  buckets: ReadonlyMap<number, Bucket>,
  spans: readonly Span[],
  views: readonly View[],
): unknown[] {
  return spans.flatMap((span, index) => {
    const bucket = buckets.get(index);
    if (!bucket || bucket.metrics.size === 0) return [];
    const metrics = [...bucket.metrics].map(([metric, stats]) => ({ metric, stats: stats.show(metric) }));
    const seen = views.map(({ name }) => ({ name, stats: { count: bucket.views.get(name)?.count ?? 0 } }));
    return [{ interval: intervalText(span), metrics, ...(seen.length > 0 && { views: seen }) }];
  });
}

function statsOf(map: Map<string, Stats>, name: string): Stats {
  const stats = map.get(name) ?? new Stats();
  map.set(name, stats);
  return stats;
}
