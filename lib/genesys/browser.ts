/** What dialogs need of Genesys Cloud: facts without requests. Nothing here may import what a browser has not. */
export {
  DEFAULT_PERFORMANCE_METRICS,
  METRIC_CATALOGUE,
  type MetricInfo,
  type MetricQuery,
} from "./metrics/catalogue";
export { DEFAULT_REGION, REGIONS } from "./regions";
export { estimateCalls, type EstimateSettings } from "./tools/estimate";
export { RATE_PER_MINUTE } from "./http/rates";
export { familyFacts, type FamilyFacts } from "./families/table";
