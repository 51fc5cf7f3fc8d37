import type { Node, NodeAPI, NodeDef } from "node-red";
import { systemClock, type Timer } from "../../lib/time/clock";
import { healthJson } from "../../lib/health/json";
import { healthPrometheus } from "../../lib/health/prometheus";
import { healthRegistry } from "../../lib/health/registry";
import { type HealthStatus, type HealthSummary, summarize } from "../../lib/health/summary";
import { isObject } from "../../lib/terms/json";
import { type Message, onClose, onInput } from "../../lib/node-red/input";
import { migrate } from "../../lib/node-red/migrate";
import { SettingsReader } from "../../lib/node-red/settings";
import { NodeStatus } from "../../lib/node-red/status";
import type { NodeState } from "../../lib/health/figures";

interface CollectorHealthDef extends NodeDef {
  scope?: unknown;
  staleAfter?: unknown;
}

/** How each health status looks under the node. */
const STATES: Readonly<Record<HealthStatus, NodeState>> = {
  starting: "starting",
  running: "running",
  degraded: "degraded",
  stale: "failed",
  failed: "failed",
};

/** How often the status under the node is brought up to date when nobody asks. */
const REFRESH_MS = 5_000;

/** Answers every message with the health of the nodes on its flow tab, or of all. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("collector-health", function (this: Node, saved: CollectorHealthDef) {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved);
    const status = new NodeStatus(this);
    const settings = new SettingsReader(RED, this);
    const scope = settings.choice("scope", config.scope, ["flow", "all"]);
    const staleAfterS = settings.number("staleAfter", config.staleAfter, {
      fallback: 120,
      min: 1,
      unit: "s",
    });

    const look = (): HealthSummary => {
      const reports = healthRegistry.reports(scope === "flow" ? this.z : undefined);
      const summary = summarize(reports, systemClock.now(), staleAfterS * 1_000);
      status.show(STATES[summary.status], RED._(`collector-health.status.${summary.status}`));
      return summary;
    };

    try {
      settings.check();
    } catch (error) {
      this.error(error);
      status.show("failed", RED._("collector-health.status.settings"));
      onInput(this, (_msg, _send, done) => done(error as Error));
      return;
    }

    let timer: Timer;
    const refresh = () => {
      look();
      timer = systemClock.after(REFRESH_MS, refresh);
    };
    refresh();

    onInput(this, (msg, send, done) => {
      const summary = look();
      const down = summary.status === "stale" || summary.status === "failed";
      const text = wantsPrometheus(msg);
      msg["statusCode"] = down ? 503 : 200;
      msg["headers"] = {
        "content-type": text ? "text/plain; version=0.0.4; charset=utf-8" : "application/json",
        "cache-control": "no-store",
      };
      msg.payload = text ? healthPrometheus(summary) : healthJson(summary);
      send(msg);
      done();
    });
    onClose(this, () => {
      timer.cancel();
      status.close();
    });
  });
};

/** Asked for by `?format=prometheus`, or by an Accept header with plain text and without JSON. */
function wantsPrometheus(msg: Message): boolean {
  const request = isObject(msg["req"]) ? msg["req"] : {};
  const query = isObject(request["query"]) ? request["query"] : {};
  if (typeof query["format"] === "string") return query["format"] === "prometheus";
  const headers = isObject(request["headers"]) ? request["headers"] : {};
  const accept = typeof headers["accept"] === "string" ? headers["accept"] : "";
  return /text\/plain|openmetrics-text/.test(accept) && !accept.includes("application/json");
}
