import { FAMILY_LOOKBACK_MAX } from "../../lib/genesys/browser";
import { INTERVAL_SETTINGS } from "../../lib/node-red/poll/interval-settings";
import { choice, duration, list, node, number } from "../../lib/node-red/settings-table";
import { FAMILIES, type Family } from "../../lib/terms/families";

/** The settings of `genesys-analytics-poll`. */
export const SETTINGS = {
  genesys: node("genesys-config"),
  family: choice(...(FAMILIES as [Family, ...Family[]])),
  /** None: the family's own. */
  groupBy: list(),
  /** Each `dimension=value`. */
  filter: list(),
  /** None: the family's own. */
  metrics: list(),
  /** Each `name=metric:from-to`, milliseconds. */
  views: list(),
  ...INTERVAL_SETTINGS,
  /** Blank: the family's own. */
  granularity: duration(),
  /** Blank: the family's own. */
  lookback: number({ ...INTERVAL_SETTINGS.lookback, default: undefined, max: FAMILY_LOOKBACK_MAX }),
};
