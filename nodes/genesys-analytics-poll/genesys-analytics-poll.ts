import type { Node, NodeAPI, NodeDef } from "node-red";
import { analyticsPoller } from "../../lib/genesys";
import { migrate } from "../../lib/node-red/migrate";
import { startPollNode } from "../../lib/node-red/poll/start-poll";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

/** `genesys-analytics-poll`: asks with every message for a family of aggregates, by interval. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-analytics-poll", function (this: Node, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    startPollNode(RED, this, SETTINGS, migrate(saved, MIGRATIONS), analyticsPoller);
  });
};
