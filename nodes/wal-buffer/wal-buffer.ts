import { resolve } from "node:path";
import type { Node, NodeAPI, NodeDef } from "node-red";
import { announceBuffer } from "../../lib/node-red/buffers";
import { migrate } from "../../lib/node-red/migrate";
import { startNode } from "../../lib/node-red/node";
import { inMs } from "../../lib/node-red/settings-table";
import { userDirectory } from "../../lib/node-red/user-folder";
import { packageVersion } from "../../lib/node-red/version";
import { BROKER_RECORD_BYTES } from "../../lib/wal/options";
import { registerWalRoutes } from "./admin";
import { BufferController } from "./controller";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";
import { defaultDirectory, orphansOf, wiringProblem } from "./siblings";

interface WalBufferNode extends Node {
  /** For the admin routes; `undefined` while the settings are wrong. */
  buffer?: BufferController;
}

/** Longest record joined from one burst; never more than the window. */
const LONGEST_JOINED_RECORD = 500;

/** Time after the start, when all flows are there, to look for logs whose nodes are gone. */
const LOOK_AROUND_MS = 4_000;

/** `wal-buffer`: keeps line protocol on disk until it is confirmed. */
export = (RED: NodeAPI): void => {
  registerWalRoutes(RED);
  RED.nodes.registerType("wal-buffer", function (this: WalBufferNode, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    startNode(RED, this, {
      counts: ["linesDropped", "linesCorrupt", "linesUnchanged"],
      causes: ["disk"],
      read: (settings) => settings.read(SETTINGS, migrate(saved, MIGRATIONS)),
      start: (values, { status, reporter, text, clock }) => {
        const userDir = userDirectory(RED);
        const { directory, maxSizeMB, maxAgeHours, sync, whenFull, window, ackTimeout } = values;
        const { inFlight, onlyChanges, fullEvery } = values;
        const ackTimeoutMs = inMs(SETTINGS.ackTimeout, ackTimeout);
        const buffer = new BufferController({
          id: this.id,
          clock,
          log: {
            directory: directory ? resolve(userDir, directory) : defaultDirectory(userDir, this.id),
            node: this.id,
            version: packageVersion(),
            sync,
            whenFull,
            maxBytes: maxSizeMB * 1024 * 1024,
            maxAgeMs: inMs(SETTINGS.maxAgeHours, maxAgeHours),
            joinLines: Math.min(window, LONGEST_JOINED_RECORD),
            ...(inFlight === "one" && { recordBytes: BROKER_RECORD_BYTES }),
          },
          window,
          inFlight,
          fullEveryMs: onlyChanges ? inMs(SETTINGS.fullEvery, fullEvery) : undefined,
          maxParcels: messageLimit(RED),
          ackTimeoutMs,
          status,
          reporter,
          text: (key, words) => text(`status.${key}`, words),
          send: (toWrite, event) => this.send([toWrite, event]),
          warn: (words) => this.warn(words),
          error: (words) => this.error(words),
        });
        this.buffer = buffer;
        // After a deploy, records on their way may have met a node that is gone. The first deploy started this node and
        // its neighbours.
        let deploys = 0;
        const deployed = () => {
          if (deploys++ > 0) buffer.resend();
          buffer.wiring(wiringProblem(RED, this.id));
        };
        RED.events.on("flows:started", deployed);
        const peer = { ackTimeoutMs, onReturn: () => buffer.recovered() };
        const forget = announceBuffer(this.id, peer);
        const looking = clock.after(LOOK_AROUND_MS, () => {
          orphansOf(RED).then(
            (orphans) => buffer.orphans(orphans),
            (error: unknown) => this.warn(`the logs of other nodes cannot be looked at: ${String(error)}`),
          );
        });
        return {
          input: (msg, _send, done) => buffer.handle(msg, done),
          close: () => {
            RED.events.off("flows:started", deployed);
            looking.cancel();
            forget();
            return buffer.close();
          },
        };
      },
    });
  });
};

/** Node-RED's bound of messages that a node behind this one may hold (`nodeMessageBufferMaxLength`). */
function messageLimit(RED: NodeAPI): number {
  const { nodeMessageBufferMaxLength } = RED.settings as { nodeMessageBufferMaxLength?: unknown };
  const limit = Number(nodeMessageBufferMaxLength ?? 0);
  return limit > 0 ? limit : Infinity;
}
