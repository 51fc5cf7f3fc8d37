import { familyFacts, familyGrouping, METRIC_CATALOGUE, readFilter, readViews } from "../../genesys/browser";
import type { FamilySample } from "../../line-protocol/sample";
import { type Dimension, nameKeyOf } from "../../terms/dimensions";
import { FAMILY_GROUPINGS, type Family } from "../../terms/families";
import { dimensionOptions, mediaTypeOptions, metricOption } from "./genesys-options";
import type { PickerSource } from "./picker";
import type { PickerOption } from "./picker-options";
import { fromTenant } from "./tenant";
import { formatNumber, shared, textsOf } from "./texts";

const text = textsOf("genesys-analytics-poll");

/** Names of lists of the tenant, by the property that takes a name; others have that property's. */
const LISTS: Readonly<Record<string, string>> = { queueName: "queues", userName: "users" };

/** The metrics of a family, those first that are asked where none are chosen, each with its meaning. */
export function familyMetricOptions(family: Family): PickerOption[] {
  const { metrics, defaultMetrics } = familyFacts(family);
  return [...metrics]
    .sort((a, b) => Number(defaultMetrics.includes(b)) - Number(defaultMetrics.includes(a)))
    .map((name) =>
      metricOption(
        name,
        meaningOf(name),
        name.startsWith("t") ? shared("unit.time") : undefined,
        defaultMetrics.includes(name),
      ),
    );
}

/** The dimensions of a family that may become tags, its own grouping first, each with its meaning. */
export function familyDimensionOptions(family: Family): PickerOption[] {
  return dimensionOptions(dimensionsOf(family));
}

/**
 * What a family can be filtered by: media types, and all that the tenant has names for. A list that cannot be read leaves
 * the others, and `remark` names it.
 */
export function familyFilter(
  family: () => Family,
  connection: () => string,
): { source: PickerSource; remark: () => string | undefined } {
  let missing: string[] = [];
  const source: PickerSource = async (refresh) => {
    const dimensions = dimensionsOf(family());
    const names = [...new Set(dimensions.flatMap((dimension) => nameKeyOf(dimension) ?? []))];
    const lists = new Map<string, PickerOption[]>();
    const failures = new Map<string, unknown>();
    await Promise.all(
      names.map(async (name) => {
        try {
          lists.set(name, await fromTenant(connection, LISTS[name] ?? name)(refresh));
        } catch (error) {
          failures.set(name, error);
        }
      }),
    );
    const [failure] = failures.values();
    if (lists.size === 0 && failures.size > 0) throw failure;
    missing = [...failures.keys()];
    return dimensions.flatMap((dimension) =>
      dimension === "mediaType"
        ? filterOptions(dimension, mediaTypeOptions())
        : filterOptions(dimension, lists.get(nameKeyOf(dimension) ?? "") ?? []),
    );
  };
  const remark = () =>
    missing.length > 0 ? shared("picker.notListed", { names: missing.sort().join(", ") }) : undefined;
  return { source, remark };
}

/** What an analytics poll asks with these lists of its settings; a blank bucket length is the family's own. */
export function familySample(
  family: Family,
  lists: (property: "groupBy" | "filter" | "metrics" | "views") => readonly string[],
  granularity: string,
): FamilySample {
  const facts = familyFacts(family);
  const [groupBy, metrics] = [lists("groupBy"), lists("metrics")];
  const filtered = lists("filter").map(nameOf);
  return {
    family,
    groupBy: [...new Set([...(groupBy.length > 0 ? groupBy : FAMILY_GROUPINGS[family]), ...filtered])],
    metrics: metrics.length > 0 ? metrics : facts.defaultMetrics,
    views: lists("views").map(nameOf),
    granularity: granularity || facts.granularity,
  };
}

/** Why a typed filter cannot be taken. */
export function refuseFilter(family: Family, entry: string): string | undefined {
  // Values are compared as they are.
  if (entry.includes("*")) return shared("invalid.filter");
  return attempt(() => familyGrouping(family, [], [...readFilter([entry]).keys()]), shared("invalid.filter"));
}

/** Bands that are asked for most, in seconds. */
const BELOW = [10, 20, 30, 60];
const FROM = [60, 300];

/** Views of the timers among metrics: how many values lie below, or from, a number of seconds. */
export function viewOptions(metrics: readonly string[]): PickerOption[] {
  const option = (metric: string, side: "below" | "from", seconds: number): PickerOption => {
    const ms = seconds * 1_000;
    const value = `${metric}_${side}_${seconds}s=${metric}:${side === "below" ? `-${ms}` : `${ms}-`}`;
    const words = shared(`view.${side}`, { seconds: formatNumber(seconds) });
    return { value, label: value, detail: `${words}: ${meaningOf(metric)}`, group: metric };
  };
  return metrics
    .filter((name) => name.startsWith("t"))
    .flatMap((metric) => [
      ...BELOW.map((seconds) => option(metric, "below", seconds)),
      ...FROM.map((seconds) => option(metric, "from", seconds)),
    ]);
}

/** Why a typed view cannot be taken. */
export function refuseView(metrics: readonly string[], entry: string): string | undefined {
  return attempt(() => readViews([entry], metrics), shared("invalid.view"));
}

/** Why a typed text cannot be taken where only a list's own are right; a whole list is another text's business. */
export function refuseOther(known: readonly string[], entry: string): string | undefined {
  return known.includes(entry) ? undefined : shared("invalid.choice");
}

function attempt(read: () => unknown, words: string): string | undefined {
  try {
    read();
    return undefined;
  } catch {
    return words;
  }
}

function dimensionsOf(family: Family): readonly Dimension[] {
  return [...new Set([...FAMILY_GROUPINGS[family], ...familyFacts(family).dimensions])];
}

function filterOptions(dimension: string, values: readonly PickerOption[]): PickerOption[] {
  return values.map((option) => ({
    ...option,
    value: `${dimension}=${option.value}`,
    label: `${dimension}=${option.label}`,
    group: dimension,
  }));
}

/** What stands before the `=` of an entry. */
function nameOf(entry: string): string {
  return entry.split("=")[0]!.trim();
}

/** Those of conversations and queues are in the catalogue that all dialogs share. */
function meaningOf(metric: string): string {
  const isShared = METRIC_CATALOGUE.some(
    ({ name, query }) => name === metric && query !== "agent-aggregates",
  );
  return isShared ? shared(`metric.${metric}`) : text(`metric.${metric}`);
}
