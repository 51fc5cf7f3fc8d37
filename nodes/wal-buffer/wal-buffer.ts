import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Node, NodeAPI, NodeDef } from "node-red";
import { systemClock } from "../../lib/time/clock";
import { healthRegistry } from "../../lib/health/registry";
import { onClose, onInput } from "../../lib/node-red/input";
import { migrate } from "../../lib/node-red/migrate";
import { SettingsReader } from "../../lib/node-red/settings";
import { NodeStatus } from "../../lib/node-red/status";
import { registerWalRoutes } from "./admin";
import { BufferController } from "./controller";
import { packageVersion } from "../../lib/node-red/version";

interface WalBufferDef extends NodeDef {
  directory?: unknown;
  maxSizeMB?: unknown;
  maxAgeHours?: unknown;
  sync?: unknown;
  whenFull?: unknown;
  window?: unknown;
  ackTimeout?: unknown;
}

interface WalBufferNode extends Node {
  /** For the admin routes; `undefined` while the settings are wrong. */
  buffer?: BufferController;
}

/** Keeps line protocol on disk until it is confirmed. */
export = (RED: NodeAPI): void => {
  registerWalRoutes(RED);
  RED.nodes.registerType("wal-buffer", function (this: WalBufferNode, saved: WalBufferDef) {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved);
    const reporter = healthRegistry.register({ id: this.id, type: this.type, name: this.name, flow: this.z });
    const status = new NodeStatus(this, reporter);
    const text = (key: string, values?: Record<string, string | number>): string =>
      RED._(`wal-buffer.status.${key}`, values);

    const settings = new SettingsReader(RED, this);
    const userDir = RED.settings.userDir ?? join(homedir(), ".node-red");
    const inUserDir = join("genesys-influx", "wal", this.id.replace(/[^A-Za-z0-9._-]/g, "_"));
    const directory = resolve(userDir, settings.text("directory", config.directory) || inUserDir);
    const number = settings.number.bind(settings);
    const maxSizeMB = number("maxSizeMB", config.maxSizeMB, { fallback: 256, min: 1, unit: "MB" });
    const maxAgeHours = number("maxAgeHours", config.maxAgeHours, { fallback: 0, min: 0, unit: "h" });
    const window = number("window", config.window, { fallback: 5000, min: 1, unit: "lines" });
    const ackTimeoutS = number("ackTimeout", config.ackTimeout, { fallback: 120, min: 1, unit: "s" });
    const sync = settings.choice("sync", config.sync, ["always", "interval", "off"]);
    const whenFull = settings.choice("whenFull", config.whenFull, ["drop-oldest", "reject"]);
    try {
      settings.check();
    } catch (error) {
      reporter.add("errors");
      this.error(error);
      status.show("failed", text("settings"));
      onInput(this, (_msg, _send, done) => done(error as Error));
      onClose(this, () => status.close());
      return;
    }

    const buffer = new BufferController({
      id: this.id,
      clock: systemClock,
      log: {
        directory,
        node: this.id,
        version: packageVersion(),
        sync,
        whenFull,
        maxBytes: maxSizeMB * 1024 * 1024,
        maxAgeMs: maxAgeHours * 3_600_000,
        joinLines: Math.min(window, 500),
      },
      window,
      ackTimeoutMs: ackTimeoutS * 1_000,
      status,
      reporter,
      text,
      send: (toWrite, event) => this.send([toWrite, event]),
      warn: (words) => this.warn(words),
      error: (words) => this.error(words),
    });
    this.buffer = buffer;
    onInput(this, (msg, _send, done) => buffer.handle(msg, done));
    onClose(this, async (removed) => {
      await buffer.close();
      if (removed) reporter.remove();
    });
  });
};
