import { INTERVAL_PROPERTIES, INTERVAL_SETTINGS } from "../../lib/node-red/poll/interval-settings";
import { choice, list, node } from "../../lib/node-red/settings-table";
import { AGENT_QUERIES, type AgentQuery } from "../../lib/terms/queries";

/** The settings of `genesys-agent-poll`. */
export const SETTINGS = {
  genesys: node("genesys-config"),
  query: choice(...AGENT_QUERIES),
  /** Ids or names, `*` wildcard; none: all that the client may see. Not `users`, which the editor reserves. */
  agents: list(),
  /** Members of these queues only; none: whatever their queues. */
  queues: list(),
  /** Of performance; none: all. */
  mediaTypes: list(),
  /** Of performance; none: a good default set. */
  metrics: list(),
  /** Of performance; each `name=metric:from-to`, milliseconds. */
  views: list(),
  ...INTERVAL_SETTINGS,
};

/** What the dialog shows for each query, beside what all have. */
export const SETTINGS_OF_QUERY: Readonly<Record<AgentQuery, readonly (keyof typeof SETTINGS)[]>> = {
  activity: [],
  aggregates: INTERVAL_PROPERTIES,
  performance: ["mediaTypes", "metrics", "views", ...INTERVAL_PROPERTIES],
};
