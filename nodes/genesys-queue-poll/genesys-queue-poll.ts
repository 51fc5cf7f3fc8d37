import type { Node, NodeAPI, NodeDef } from "node-red";
import { queuePoller } from "../../lib/genesys";
import { migrate } from "../../lib/node-red/migrate";
import { startPollNode } from "../../lib/node-red/poll/start-poll";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

/** `genesys-queue-poll`: asks with every message for metrics of queues by interval, live, or as in the tutorial. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-queue-poll", function (this: Node, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    startPollNode(RED, this, SETTINGS, migrate(saved, MIGRATIONS), queuePoller);
  });
};
