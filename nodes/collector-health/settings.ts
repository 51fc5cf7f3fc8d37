import { choice, time } from "../../lib/node-red/settings-table";

/** The settings of `collector-health`. */
export const SETTINGS = {
  /** Whose health: of the nodes on the same flow tab, or of all. */
  scope: choice("flow", "all"),
  /** Without a successful poll for so long the collector is stale. */
  staleAfter: time({ default: 120, min: 1, max: 86_400, unit: "s" }),
};
