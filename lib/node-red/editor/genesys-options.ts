import {
  DEFAULT_PERFORMANCE_METRICS,
  METRIC_CATALOGUE,
  type MetricInfo,
  type MetricQuery,
} from "../../genesys/browser";
import type { Dimension } from "../../terms/dimensions";
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
  return [...metricsOf(use)]
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ name, family, byDefault }) => ({
      ...metricOption(name, shared(`metric.${name}`), shared(`unit.${family}`), byDefault),
      group: shared(`family.${family}`),
    }));
}

/** A metric to pick, with its meaning, its unit where it is known, and whether it is asked where none is picked. */
export function metricOption(
  name: string,
  meaning: string,
  unit: string | undefined,
  byDefault: boolean,
): PickerOption {
  const remarks = [unit, byDefault ? shared("picker.byDefault") : undefined].filter(Boolean).join(", ");
  return { value: name, label: name, detail: remarks ? `${meaning} (${remarks})` : meaning };
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

/** The dimensions to pick, each with its meaning. */
export function dimensionOptions(dimensions: readonly Dimension[]): PickerOption[] {
  return dimensions.map((value) => ({ value, label: value, detail: shared(`dimension.${value}`) }));
}
