import { familyFacts, METRIC_CATALOGUE, type MetricQuery } from "../../genesys/browser";
import { GROUP_BY_DIMENSIONS } from "../../terms/dimensions";
import { MEDIA_TYPES } from "../../terms/media-types";
import type { Family } from "../../terms/families";
import type { PickerOption } from "./picker-options";
import { shared } from "./texts";

/** The metrics of a query, by family, each with its meaning. */
export function metricOptions(query: MetricQuery): PickerOption[] {
  return METRIC_CATALOGUE.filter((metric) => metric.query === query)
    .map(({ name, family, unit, byDefault }) => ({
      value: name,
      label: name,
      detail: `${shared(`metric.${name}`)} (${unit}${byDefault ? `, ${shared("picker.byDefault")}` : ""})`,
      group: shared(`family.${family}`),
      family,
    }))
    .sort((a, b) => a.family.localeCompare(b.family));
}

/** Names the metrics that are asked where none is picked. */
export function defaultMetrics(query: MetricQuery): string {
  const names = METRIC_CATALOGUE.filter((metric) => metric.query === query && metric.byDefault).map(
    ({ name }) => name,
  );
  return shared("picker.defaultSet", { names: names.join(", ") });
}

export function mediaTypeOptions(): PickerOption[] {
  return MEDIA_TYPES.map((value) => ({ value, label: value }));
}

export function dimensionOptions(): PickerOption[] {
  return GROUP_BY_DIMENSIONS.map((value) => ({ value, label: value }));
}

/** The metrics of a family, those first that are asked where none are chosen. */
export function familyMetricOptions(family: Family): PickerOption[] {
  const { metrics, defaultMetrics } = familyFacts(family);
  return [...metrics]
    .sort((a, b) => Number(defaultMetrics.includes(b)) - Number(defaultMetrics.includes(a)))
    .map((name) => ({
      value: name,
      label: name,
      ...(defaultMetrics.includes(name) && { detail: shared("picker.byDefault") }),
    }));
}

/** The dimensions of a family that may become tags. */
export function familyDimensionOptions(family: Family): PickerOption[] {
  return familyFacts(family).dimensions.map((value) => ({ value, label: value }));
}
