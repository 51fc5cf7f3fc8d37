import type { Node, NodeAPI, NodeDef } from "node-red";
import { systemClock } from "../../lib/time/clock";
import { healthRegistry } from "../../lib/health/registry";
import { readAnswer, readRows } from "../../lib/line-protocol/answer";
import { convert } from "../../lib/line-protocol/convert";
import { NAME_MODES, type Schema, schemaOf, TIMESTAMPS } from "../../lib/line-protocol/schema";
import { onClose, onInput } from "../../lib/node-red/input";
import { migrate } from "../../lib/node-red/migrate";
import { SettingsReader } from "../../lib/node-red/settings";
import { NodeStatus } from "../../lib/node-red/status";

interface LineProtocolDef extends NodeDef {
  measurement?: unknown;
  environment?: unknown;
  timestamp?: unknown;
  align?: unknown;
  queueName?: unknown;
  tags?: unknown;
  zeroFill?: unknown;
}

/** Turns the answers of polls, and the tutorial's plain rows, into lines of line protocol. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-to-lineprotocol", function (this: Node, saved: LineProtocolDef) {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved);
    const { id, type, name, z } = this;
    const reporter = healthRegistry.register({ id, type, name, flow: z });
    const status = new NodeStatus(this, reporter);
    const text = (key: string, values?: Record<string, string>) =>
      RED._(`genesys-to-lineprotocol.status.${key}`, values ?? {});

    onClose(this, (removed) => {
      status.close();
      if (removed) reporter.remove();
    });

    const settings = new SettingsReader(RED, this);
    let schema: Schema;
    try {
      const environment = settings.text("environment", config.environment);
      const chosen = {
        measurement: settings.text("measurement", config.measurement),
        environment,
        timestamp: settings.choice("timestamp", config.timestamp, TIMESTAMPS),
        align: settings.text("align", config.align),
        queueName: settings.choice("queueName", config.queueName, NAME_MODES),
        tags: settings.list("tags", config.tags),
        zeroFill: settings.flag("zeroFill", config.zeroFill),
      };
      settings.check();
      schema = schemaOf(chosen);
    } catch (error) {
      this.error(error);
      status.show("failed", text("settings"));
      onInput(this, (_msg, _send, done) => done(error as Error));
      return;
    }
    const fallback = settings.text("environment", "", { env: "GENESYS_ENV_ID" });

    let lines = 0;
    let skippedRows = 0;
    let skipping = false;
    /** Messages leave in the order in which they came, however long each takes. */
    let last: Promise<void> = Promise.resolve();
    status.show("starting", text("ready"));

    onInput(this, (msg, send, done) => {
      const work = async () => {
        const answer = readAnswer(msg["genesys"], systemClock.now(), fallback);
        const converted = await convert(readRows(msg.payload), schema, answer);
        msg.payload = converted.lines;
        delete msg["skipped"];
        report(converted.lines.length, converted.skipped.length, converted.skipped[0]?.reason ?? "");
        if (converted.skipped.length > 0) msg["skipped"] = converted.skipped;
        send(msg);
        done();
      };
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine.catch((error: unknown) => {
        reporter.add("errors");
        status.show("degraded", text("input"));
        throw error;
      });
    });

    const report = (count: number, skipped: number, reason: string) => {
      lines += count;
      skippedRows += skipped;
      reporter.details({ lines, skippedRows });
      if (skipped > 0) {
        reporter.add("errors", skipped);
        status.show("degraded", text("skipped", { rows: String(skipped) }));
        // One line when it begins; every message tells in msg.skipped.
        if (!skipping) this.warn(`${skipped} rows left out, see msg.skipped; the first one: ${reason}`);
      } else {
        status.show("running", text("lines", { lines: String(count) }));
        if (skipping) this.log("all rows can be encoded again");
      }
      skipping = skipped > 0;
    };
  });
};
