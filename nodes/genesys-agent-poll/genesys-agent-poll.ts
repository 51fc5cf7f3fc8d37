import type { Node, NodeAPI, NodeDef } from "node-red";
import { agentPoller } from "../../lib/genesys";
import { migrate } from "../../lib/node-red/migrate";
import { startPollNode } from "../../lib/node-red/poll/start-poll";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

/**
 * `genesys-agent-poll`: asks with every message for the live status of agents, their time per status, or their work.
 */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-agent-poll", function (this: Node, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    startPollNode(RED, this, SETTINGS, migrate(saved, MIGRATIONS), agentPoller);
  });
};
