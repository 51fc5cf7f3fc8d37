import type { Node, NodeAPI, NodeDef } from "node-red";
import { FAILURE_KINDS, Live, liveInfo, Notices, pushSource, Slots } from "../../lib/genesys";
import type { ReadyGenesysConfig } from "../../lib/node-red/genesys-config";
import type { Message } from "../../lib/node-red/input";
import { migrate } from "../../lib/node-red/migrate";
import { startNode } from "../../lib/node-red/node";
import { inMs } from "../../lib/node-red/settings-table";
import { keptPath } from "../../lib/node-red/user-folder";
import { LiveDisplay } from "./display";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

/** `genesys-live`: sends live state of queues or agents as Genesys Cloud pushes it; a message takes a snapshot. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-live", function (this: Node, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, MIGRATIONS);
    startNode(RED, this, {
      counts: ["polls"],
      causes: FAILURE_KINDS,
      read: (settings) => {
        const values = settings.read(SETTINGS, config);
        const genesys = settings.configNode<ReadyGenesysConfig>(SETTINGS.genesys, "genesys", values.genesys);
        return { values, genesys };
      },
      start: ({ values, genesys }, parts) => {
        const notices = new Notices(
          (message) => this.warn(message),
          (message) => this.log(message),
        );
        const { client, directory, environment } = genesys;
        const keptIn = keptPath(RED, "polls", this.id);
        const source = pushSource(values, { client, directory, notices, keptIn });
        const live: Live = new Live({
          client,
          source,
          slots: Slots.of(client, keptPath(RED, "push", `${client.identity}.json`)),
          notices,
          emitEveryMs: inMs(SETTINGS.emitEvery, values.emitEvery),
          snapshotEveryMs: inMs(SETTINGS.snapshotEvery, values.snapshotEvery),
          onAnswer: (answer) => {
            const message: Message = { _msgid: RED.util.generateId(), payload: answer.rows };
            message["genesys"] = liveInfo(answer, { environment, region: client.endpoints.region });
            this.send(message);
          },
          onChange: () => display.show(live.report),
        });
        const display = new LiveDisplay(parts, client, notices);
        live.start();
        return {
          input: async (_msg, _send, done) => {
            await live.snapshot();
            done();
          },
          close: () => live.close(),
        };
      },
    });
  });
};
