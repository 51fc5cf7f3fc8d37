import { choice, flag, list, node, time } from "../../lib/node-red/settings-table";
import { LIVE_SOURCES, type LiveSource } from "../../lib/terms/queries";

/** The settings of `genesys-live`. */
export const SETTINGS = {
  genesys: node("genesys-config"),
  source: choice(...LIVE_SOURCES),
  /** Ids or names, `*` wildcard; none: all that the client may see. For agents: members of these queues only. */
  queues: list(),
  /** Ids or names, `*` wildcard; none: all. Not `users`, which the editor reserves. */
  agents: list(),
  /** None: all. */
  mediaTypes: list(),
  /** None: all live metrics. */
  metrics: list(),
  /** At most one message in this time. */
  emitEvery: time({ default: 1, min: 1, max: 60, unit: "s" }),
  /** A whole snapshot this often, while changes are pushed. */
  snapshotEvery: time({ default: 300, min: 30, max: 3_600, unit: "s" }),
  /** Whether running totals of the half hour are sent as well. */
  intervalTotals: flag(false),
};

/** What the dialog shows for each source, beside what both have. */
export const SETTINGS_OF_SOURCE: Readonly<Record<LiveSource, readonly (keyof typeof SETTINGS)[]>> = {
  queues: ["mediaTypes", "metrics", "intervalTotals"],
  agents: ["agents"],
};
