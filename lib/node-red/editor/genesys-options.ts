import {
  DEFAULT_PERFORMANCE_METRICS,
  METRIC_CATALOGUE,
  type MetricInfo,
  type MetricQuery,
} from "../../genesys/browser";
import { GROUP_BY_DIMENSIONS } from "../../terms/dimensions";
import { MEDIA_TYPES } from "../../terms/media-types";
import type { PickerOption } from "./picker-options";
import { shared } from "./texts";

/**
 * What a dialog asks metrics for: a query of the catalogue, or agents' performance, which asks the same with other
 * defaults.
 */
export type MetricUse = MetricQuery | "performance";

/** The metrics of a query, by family, each with its meaning. */
export function metricOptions(use: MetricUse): PickerOption[] {
  return metricsOf(use)
    .map(({ name, family, byDefault }) => ({
      value: name,
      label: name,
      detail: `${shared(`metric.${name}`)} (${shared(`unit.${family}`)}${byDefault ? `, ${shared("picker.byDefault")}` : ""})`,
      group: shared(`family.${family}`),
      family,
    }))
    .sort((a, b) => a.family.localeCompare(b.family));
}

/** Names the metrics that are asked where none is picked. */
export function defaultMetrics(use: MetricUse): string {
  const names = metricsOf(use)
    .filter(({ byDefault }) => byDefault)
    .map(({ name }) => name);
  return shared("picker.defaultSet", { names: names.join(", ") });
}

function metricsOf(use: MetricUse): readonly MetricInfo[] {
  if (use !== "performance") return METRIC_CATALOGUE.filter(({ query }) => query === use);
  const defaults: readonly string[] = DEFAULT_PERFORMANCE_METRICS;
  return metricsOf("aggregates").map((metric) => ({ ...metric, byDefault: defaults.includes(metric.name) }));
}

/** The media types to pick. */
export function mediaTypeOptions(): PickerOption[] {
  return MEDIA_TYPES.map((value) => ({ value, label: value }));
}

/** The dimensions to pick for the grouping of queue polls. */
export function dimensionOptions(): PickerOption[] {
  return GROUP_BY_DIMENSIONS.map((value) => ({ value, label: value, detail: shared(`dimension.${value}`) }));
}
