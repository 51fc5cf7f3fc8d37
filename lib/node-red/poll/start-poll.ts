import { createHash } from "node:crypto";
import type { Node, NodeAPI } from "node-red";
import { FAILURE_KINDS, Notices, type Poller, type PollerParts } from "../../genesys/index";
import type { ReadyGenesysConfig } from "../genesys-config";
import { startNode } from "../node";
import type { NodeSetting, SettingsTable, SettingValues } from "../settings-table";
import { keptPath } from "../user-folder";
import { bufferIsBusy } from "./buffer-is-busy";
import { PollNode } from "./poll-node";
import { wiredTick } from "./wired-tick";

/** The settings of a poll node, its connection among them. */
export type PollTable = SettingsTable & { readonly genesys: NodeSetting };

/**
 * Starts a poll node: every message triggers its poller.
 *
 * @param config the node's saved settings, brought up to date
 * @param build makes the poller; may throw an error that names a wrong setting
 */
export function startPollNode<T extends PollTable>(
  RED: NodeAPI,
  node: Node,
  table: T,
  config: object,
  build: (values: SettingValues<T>, parts: PollerParts) => Poller,
): void {
  startNode(RED, node, {
    counts: ["polls", "pollsSkipped", "pointsCorrected"],
    causes: FAILURE_KINDS,
    read: (settings) => {
      const values = settings.read(table, config);
      const genesys = settings.configNode<ReadyGenesysConfig>(table.genesys, "genesys", values.genesys);
      return { values, genesys };
    },
    start: ({ values, genesys }, { reporter, status, text, clock }) => {
      const notices = new Notices(
        (message) => node.warn(message),
        (message) => node.log(message),
      );
      const poller = build(values, {
        config: genesys,
        notices,
        directory: keptPath(RED, "polls", node.id),
        rest: () => bufferIsBusy(),
        spread: spreadOf(node.id),
      });
      const pollNode = new PollNode({ RED, node, config: genesys, poller, notices, reporter, status, clock });
      reporter.set({ tickMs: wiredTick(RED, node.id) });
      status.show("starting", text("status.ready"));
      return {
        input: (msg, send, done) => pollNode.trigger(msg, send, done),
        close: () => pollNode.close(),
      };
    },
  });
}

/** Hashes a node's id to a number from 0 to 1, so that nodes spread their daily work. */
function spreadOf(id: string): number {
  return createHash("sha256").update(id).digest().readUInt32LE(0) / 2 ** 32;
}
