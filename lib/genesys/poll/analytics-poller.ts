import { type Family, isFamily } from "../../terms/families";
import { GenesysError } from "../errors";
import { readFilter } from "../families/filter";
import {
  FAMILY_PREDICATES_CAP,
  familyFacts,
  familyGrouping,
  familyLookback,
  familyMetrics,
  lateValuesLeft,
} from "../families/table";
import { readViews } from "../families/views";
import { granularityOf } from "../interval/granularity";
import { addAllNames } from "../names/add-names";
import { explainPresences } from "../names/explain-presences";
import { aggregatesQuery, askAggregates } from "../queries/aggregates";
import { MetricSet } from "../queries/metric-set";
import { AggregatesSource } from "./aggregates-source";
import { type BucketSettings, intervalTimes, type PollerParts } from "./buckets";
import { IntervalPoller } from "./interval-poller";
import type { Poller } from "./poller";

/** The settings of a poll of any family of aggregates. */
export interface AnalyticsPollSettings extends Omit<BucketSettings, "lookback"> {
  readonly family: Family;
  /** Empty means the family's own grouping. */
  readonly groupBy: readonly string[];
  /** Each `dimension=value`. */
  readonly filter: readonly string[];
  /** Empty means the family's own. */
  readonly metrics: readonly string[];
  /** Each `name=metric:from-to`. */
  readonly views: readonly string[];
  /** Buckets; absent means the family's own. */
  readonly lookback?: number | undefined;
}

/** Makes the poller of any family of aggregates. @throws Error naming a setting that is wrong */
export function analyticsPoller(settings: AnalyticsPollSettings, parts: PollerParts): Poller {
  const { family } = settings;
  if (!isFamily(family)) throw new Error(`family "${String(family)}" is unknown`);
  const { client, directory } = parts.config;
  const { notices } = parts;
  const facts = familyFacts(family);
  const filter = readFilter(settings.filter);
  const groupBy = familyGrouping(family, settings.groupBy, [...filter.keys()]);
  const metrics = familyMetrics(family, settings.metrics);
  const views = readViews(settings.views, facts.metrics);
  const { ms } = granularityOf(settings.granularity || facts.granularity);
  const lookback = settings.lookback ?? familyLookback(family, ms);
  const times = intervalTimes({ ...settings, lookback }, facts.granularity, notices);
  const left = lateValuesLeft(family, ms, lookback);
  if (left) notices.once(left);
  const scope = { grid: times.grid, groupBy, wanted: Object.fromEntries(filter), views };
  const source = new AggregatesSource(
    {
      kind: "analytics-aggregates",
      family,
      groupBy,
      key: undefined,
      cap: FAMILY_PREDICATES_CAP,
      filter: settings.filter,
      chosen: { keys: settings.views, metrics },
      metrics: new MetricSet(metrics, notices),
      keys: () => Promise.resolve(undefined),
      ask: (interval, active, _keys, options) =>
        askAggregates(client, family, aggregatesQuery(scope, interval, active), options).catch(
          (error: unknown) => {
            throw withAdvice(family, error);
          },
        ),
      explain: async (rows, answered, options) => {
        await addAllNames(rows, groupBy, directory, notices, options);
        const explained = await explainPresences(rows, answered.mappings, directory, options);
        return { ...answered, ...explained, rows };
      },
    },
    times.grid,
  );
  return new IntervalPoller({ ...parts, client, source, times });
}

/** Explains a 404: many families come with a licence or a region, and an organisation without it answers so. */
function withAdvice(family: Family, error: unknown): unknown {
  if (!(error instanceof GenesysError) || error.kind !== "notFound") return error;
  const message = `this organisation does not have ${family}, or the address is wrong: ${error.message}`;
  return new GenesysError(error.kind, message, error.facts);
}
