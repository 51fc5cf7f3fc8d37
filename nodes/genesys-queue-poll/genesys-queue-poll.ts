import type { Node, NodeAPI, NodeDef } from "node-red";
import { QUEUE_QUERIES, queuePoller, type QueuePollSettings } from "../../lib/genesys";
import { migrate } from "../../lib/node-red/migrate";
import { bucketSettings, startPollNode } from "../../lib/node-red/poll/start-poll";

interface QueuePollDef extends NodeDef {
  genesys?: unknown;
  query?: unknown;
  queues?: unknown;
  mediaTypes?: unknown;
  metrics?: unknown;
  groupBy?: unknown;
  granularity?: unknown;
  lookback?: unknown;
  maxBackfill?: unknown;
}

/** Asks for metrics of queues with every message: by interval, live, or as the tutorial's collector did. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-queue-poll", function (this: Node, saved: QueuePollDef) {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved);
    startPollNode(RED, this, config.genesys, (settings) => {
      const query: QueuePollSettings = {
        query: settings.choice("query", config.query, QUEUE_QUERIES),
        queues: settings.list("queues", config.queues),
        mediaTypes: settings.list("mediaTypes", config.mediaTypes),
        metrics: settings.list("metrics", config.metrics),
        groupBy: settings.list("groupBy", config.groupBy),
        ...bucketSettings(settings, config),
      };
      return (setup) => queuePoller(query, setup);
    });
  });
};
