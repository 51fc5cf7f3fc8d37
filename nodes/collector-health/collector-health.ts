import type { Node, NodeAPI, NodeDef } from "node-red";
import { healthJson } from "../../lib/health/json";
import { healthPrometheus } from "../../lib/health/prometheus";
import { healthRegistry } from "../../lib/health/registry";
import type { NodeState } from "../../lib/health/report";
import { type HealthStatus, type HealthSummary, summarize } from "../../lib/health/summary";
import { flowNames } from "../../lib/node-red/flow-names";
import { migrate } from "../../lib/node-red/migrate";
import { startNode } from "../../lib/node-red/node";
import { inMs } from "../../lib/node-red/settings-table";
import { packageVersion } from "../../lib/node-red/version";
import type { Timer } from "../../lib/time/clock";
import { MIGRATIONS } from "./migrations";
import { answerWanted } from "./request";
import { SETTINGS } from "./settings";

/** The node's state for each health status. */
const STATES: Readonly<Record<HealthStatus, NodeState>> = {
  starting: "starting",
  running: "running",
  degraded: "degraded",
  stale: "failed",
  failed: "failed",
};

/** Interval of updates of the status under the node. */
const REFRESH_MS = 5_000;

/** `collector-health`: answers every message with the health of the nodes on its flow tab, or of all. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("collector-health", function (this: Node, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    startNode(RED, this, {
      watcher: true,
      read: (settings) => settings.read(SETTINGS, migrate(saved, MIGRATIONS)),
      start: ({ scope, staleAfter }, { node, status, text, clock }) => {
        const look = (): HealthSummary => {
          const reports = healthRegistry.reports(scope === "flow" ? node.z : undefined);
          const summary = summarize(reports, clock.now(), inMs(SETTINGS.staleAfter, staleAfter));
          status.show(STATES[summary.status], text(`status.${summary.status}`));
          return summary;
        };
        let timer: Timer;
        const refresh = () => {
          look();
          timer = clock.after(REFRESH_MS, refresh);
        };
        refresh();
        return {
          input: (msg, send, done) => {
            const summary = look();
            const down = summary.status === "stale" || summary.status === "failed";
            const wanted = answerWanted(msg);
            const flowName = flowNames(RED);
            msg["statusCode"] = down && !wanted.always200 ? 503 : 200;
            msg["headers"] = {
              "content-type":
                wanted.view === "prometheus"
                  ? "text/plain; version=0.0.4; charset=utf-8"
                  : "application/json",
              "cache-control": "no-store",
            };
            switch (wanted.view) {
              case "live":
                msg.payload = { status: "live" };
                break;
              case "prometheus":
                msg.payload = healthPrometheus(summary, { version: packageVersion(), flowName });
                break;
              case "json":
                msg.payload = healthJson(summary, flowName);
            }
            send(msg);
            done();
          },
          close: () => timer.cancel(),
        };
      },
    });
  });
};
