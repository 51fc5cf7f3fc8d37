/** What dialogs need of Genesys Cloud: facts without requests. Nothing here may import what a browser lacks. */
export {
  DEFAULT_PERFORMANCE_METRICS,
  METRIC_CATALOGUE,
  type MetricInfo,
  type MetricQuery,
} from "./metrics/catalogue";
export { DEFAULT_REGION, REGIONS } from "./regions";
export { estimateCalls, estimateLive, type EstimateSettings } from "./tools/estimate";
export { MAX_CHANNELS } from "./push/pace";
export { RATE_PER_MINUTE } from "./http/rates";
export {
  FAMILY_LOOKBACK_MAX,
  familyFacts,
  type FamilyFacts,
  familyGrouping,
  familyLookback,
} from "./families/table";
export { readFilter } from "./families/filter";
export { readViews } from "./families/views";
