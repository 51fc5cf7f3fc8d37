import { type AgentQuery, USUAL_GRANULARITY } from "../../terms/queries";
import { readMediaTypes } from "../../terms/media-types";
import { readViews } from "../families/views";
import { DEFAULT_AGENT_METRICS, DEFAULT_PERFORMANCE_METRICS } from "../metrics/catalogue";
import { CONVERSATION_METRICS } from "../metrics/conversation-metrics";
import { Selection } from "../names/selection";
import { MetricSet } from "../queries/metric-set";
import { agentPerformance } from "./agent-performance";
import { agentAggregates, AgentActivitySource } from "./agent-sources";
import { AggregatesSource } from "./aggregates-source";
import { type BucketSettings, intervalTimes, liveMemory, type PollerParts } from "./buckets";
import { IntervalPoller } from "./interval-poller";
import { LivePoller } from "./live-poller";
import type { Poller } from "./poller";

/** The settings of a poll of agents. */
export interface AgentPollSettings extends BucketSettings {
  readonly query: AgentQuery;
  /** Ids or names, `*` wildcard; empty means all. */
  readonly agents: readonly string[];
  /** Members of these queues only; ids or names, `*` wildcard; empty means no such bound. */
  readonly queues: readonly string[];
  /** Of performance; empty means all. */
  readonly mediaTypes?: readonly string[];
  /** Of performance; empty means a good default set. */
  readonly metrics?: readonly string[];
  /** Of performance, each `name=metric:from-to`. */
  readonly views?: readonly string[];
}

/** Makes the poller of a query about agents. @throws Error naming a setting that is wrong */
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
  const keys = [
    ...settings.agents.map((agent) => `agent ${agent}`),
    ...settings.queues.map((queue) => `queue ${queue}`),
  ];
  switch (settings.query) {
    case "activity": {
      const memory = liveMemory(parts, [settings.agents, settings.queues]);
      return new LivePoller({ client, source: new AgentActivitySource(sourceParts, memory), notices });
    }
    case "aggregates": {
      const times = intervalTimes(settings, USUAL_GRANULARITY, notices);
      const chosen = { keys, metrics: DEFAULT_AGENT_METRICS };
      const metrics = new MetricSet(DEFAULT_AGENT_METRICS, notices);
      const question = agentAggregates(sourceParts, metrics, times.grid, chosen);
      const source = new AggregatesSource(question, times.grid);
      return new IntervalPoller({ ...parts, client, source, times });
    }
    case "performance": {
      const times = intervalTimes(settings, USUAL_GRANULARITY, notices);
      const { metrics = [], views = [] } = settings;
      const mediaTypes = readMediaTypes(settings.mediaTypes ?? []);
      const asked = metrics.length > 0 ? metrics : DEFAULT_PERFORMANCE_METRICS;
      const scope = {
        grid: times.grid,
        mediaTypes,
        views: readViews(views, Object.keys(CONVERSATION_METRICS)),
      };
      const chosen = { keys: [...keys, ...views], metrics: asked };
      const question = agentPerformance(sourceParts, scope, new MetricSet(asked, notices), chosen);
      const source = new AggregatesSource(question, times.grid);
      return new IntervalPoller({ ...parts, client, source, times });
    }
  }
}
