import { badRequest, invalidValue } from "./errors";
import { isObject, knownFields, oneOf } from "./request";
import type { JsonObject } from "./request";

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

/** Checks `timeZone`, which only shapes buckets of days and longer. */
export function checkTimeZone(request: JsonObject): void {
  const zone = request["timeZone"];
  if (zone === undefined || zone === null) return;
  try {
    if (typeof zone !== "string") throw new RangeError();
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    throw invalidValue(zone, "DateTimeZone");
  }
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
