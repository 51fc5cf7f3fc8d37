import { IANAZone } from "luxon";
import type { Limits, World } from "./context";
import { badRequest, invalidValue, tooLarge } from "./errors";
import { buckets, granularity, interval, isObject, knownFields, oneOf, requiredNames } from "./request";
import type { JsonObject, Span } from "./request";

/** Fields that the requests of all aggregate queries have. */
export const AGGREGATE_FIELDS = [
  "interval",
  "metrics",
  "granularity",
  "timeZone",
  "groupBy",
  "filter",
  "flattenMultivaluedDimensions",
  "views",
  "alternateTimeDimension",
];

/** A view: the figures of a timer metric for values within a range. */
export interface View {
  readonly target: string;
  readonly name: string;
  readonly gte: number;
  readonly lt: number;
}

/** Reads `views`: at most ten, of timer metrics, under names of their own. */
export function readViews(request: JsonObject, metrics: readonly string[]): View[] {
  const value = request["views"];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidValue(value, "AggregationView");
  if (value.length > 10) throw badRequest("A query can have at most 10 views.");
  return value.map((view: unknown) => {
    if (!isObject(view)) throw invalidValue(view, "AggregationView");
    knownFields(view, "AggregationView", ["target", "name", "function", "range"]);
    const target = oneOf(view["target"], metrics, "AggregationViewTarget");
    if (!target.startsWith("t")) throw badRequest(`The metric [${target}] cannot be the target of a view.`);
    oneOf(view["function"], ["rangeBound"], "AggregationViewFunction");
    const { name, range } = view;
    if (typeof name !== "string" || name === "" || metrics.includes(name))
      throw invalidValue(name, "AggregationViewName");
    if (!isObject(range)) throw invalidValue(range, "AggregationRange");
    knownFields(range, "AggregationRange", ["gte", "lt"]);
    return { target, name, gte: bound(range["gte"], 0), lt: bound(range["lt"], Infinity) };
  });
}

function bound(value: unknown, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "number") throw invalidValue(value, "AggregationRange");
  return value;
}

/** Reads `timeZone`, which shapes the buckets of days and longer. */
function timeZone(request: JsonObject): string | undefined {
  const zone = request["timeZone"];
  if (zone === undefined || zone === null) return undefined;
  if (typeof zone !== "string" || !IANAZone.isValidZone(zone)) throw invalidValue(zone, "DateTimeZone");
  return zone;
}

/** Most buckets that one query may ask for. */
const MAX_BUCKETS = 50_000;

/** Reads `interval`, `granularity` and `timeZone`: the whole, and the buckets that it is cut into. */
export function readBuckets(request: JsonObject, smallestMs: number): { span: Span; spans: Span[] } {
  const span = interval(request);
  const period = granularity(request, smallestMs);
  if (period && (span.end - span.start) / period.ms > MAX_BUCKETS)
    throw badRequest("The query covers too many intervals.");
  return { span, spans: buckets(span, period, timeZone(request)) };
}

/** Reads `metrics` out of a list, of which a client may be refused some, and many at a time. */
export function readMetrics(
  request: JsonObject,
  allowed: readonly string[],
  type: string,
  { limits, refusedMetrics }: Pick<World, "limits" | "refusedMetrics">,
): string[] {
  const metrics = requiredNames(request, "metrics", allowed, type);
  if (metrics.some((metric) => refusedMetrics.has(metric))) throw badRequest();
  if (metrics.length > (limits.metrics ?? Infinity)) throw badRequest();
  return metrics;
}

/** Refuses rows that hold more groups times buckets than the limit of the moment allows. */
export function checkSize(rows: readonly { readonly data: readonly unknown[] }[], limits: Limits): void {
  const cells = rows.reduce((sum, { data }) => sum + data.length, 0);
  if (cells > (limits.cells ?? Infinity)) throw tooLarge(limits.refusal ?? "413");
}

/** Statistics of a metric in one bucket. */
export class Stats {
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /** As the API shows them: counters have a count, timers a distribution as well. */
  show(metric: string): Record<string, number> {
    if (metric.startsWith("n")) return { count: this.#count };
    return { max: this.#max, min: this.#min, count: this.#count, sum: this.#sum };
  }

  get count(): number {
    return this.#count;
  }
}
