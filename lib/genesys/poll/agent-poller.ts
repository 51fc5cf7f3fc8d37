import type { AgentQuery } from "../../terms/queries";
import { granularityOf } from "../interval/granularity";
import { DEFAULT_AGENT_METRICS } from "../metrics/catalogue";
import { Selection } from "../names/selection";
import { MetricSet } from "../queries/metric-set";
import { AgentActivitySource, AgentAggregatesSource } from "./agent-sources";
import { type BucketSettings, bucketTimes, checkpointKey, type PollerParts } from "./buckets";
import { Poller } from "./poller";

export interface AgentPollSettings extends BucketSettings {
  readonly query: AgentQuery;
  /** Ids or names, `*` wildcard; empty means all. */
  readonly agents: readonly string[];
  /** Members of these queues only; ids or names, `*` wildcard; empty means no such bound. */
  readonly queues: readonly string[];
}

/** @throws Error naming a setting that is wrong */
export function agentPoller(settings: AgentPollSettings, parts: PollerParts): Poller {
  const { notices, config } = parts;
  const { client, directory } = config;
  const sourceParts = {
    client,
    directory,
    notices,
    users: new Selection(settings.agents, "user", directory.users, notices),
    queues: new Selection(settings.queues, "queue", directory.queues, notices),
  };
  if (settings.query === "activity") {
    return new Poller({ client, source: new AgentActivitySource(sourceParts), notices });
  }
  const granularity = granularityOf(settings.granularity || "PT30M");
  const metrics = new MetricSet(DEFAULT_AGENT_METRICS, notices);
  const { query, agents, queues } = settings;
  return new Poller({
    client,
    notices,
    source: new AgentAggregatesSource(sourceParts, metrics, granularity),
    timeline: bucketTimes(settings, granularity, notices),
    checkpoint: parts.checkpoint(
      checkpointKey(client, granularity, { query: `agent-${query}`, agents, queues }),
    ),
  });
}
