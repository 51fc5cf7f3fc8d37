import type { Node, NodeAPI, NodeDef } from "node-red";
import { AGENT_QUERIES, agentPoller, type AgentPollSettings } from "../../lib/genesys";
import { migrate } from "../../lib/node-red/migrate";
import { bucketSettings, startPollNode } from "../../lib/node-red/poll/start-poll";

interface AgentPollDef extends NodeDef {
  genesys?: unknown;
  query?: unknown;
  users?: unknown;
  queues?: unknown;
  granularity?: unknown;
  lookback?: unknown;
  maxBackfill?: unknown;
}

/** Asks for the status of agents with every message: live, or their time per status by interval. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-agent-poll", function (this: Node, saved: AgentPollDef) {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved);
    startPollNode(RED, this, config.genesys, (settings) => {
      const query: AgentPollSettings = {
        query: settings.choice("query", config.query, AGENT_QUERIES),
        users: settings.list("users", config.users),
        queues: settings.list("queues", config.queues),
        ...bucketSettings(settings, config),
      };
      return (setup) => agentPoller(query, setup);
    });
  });
};
