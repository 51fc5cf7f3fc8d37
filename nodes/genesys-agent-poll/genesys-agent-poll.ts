import type { Node, NodeAPI, NodeDef } from "node-red";
import { agentPoller } from "../../lib/genesys";
import { migrate } from "../../lib/node-red/migrate";
import { startPollNode } from "../../lib/node-red/poll/start-poll";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

/** Asks for the status of agents with every message: live, or their time per status by interval. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-agent-poll", function (this: Node, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    startPollNode(RED, this, SETTINGS, migrate(saved, MIGRATIONS), agentPoller);
  });
};
