import { join } from "node:path";
import type { Node, NodeAPI } from "node-red";
import { Checkpoint, FAILURE_KINDS, Notices, type Poller, type PollerSettings } from "../../genesys/index";
import type { ReadyGenesysConfig } from "../genesys-config";
import { startNode } from "../node";
import type { NodeSetting, SettingsTable, SettingValues } from "../settings-table";
import { PollNode } from "./poll-node";

/** What a poller is built from, beside the node's settings. */
export interface PollSetup {
  readonly config: ReadyGenesysConfig;
  readonly notices: Notices;
  /** @param query all that makes the buckets of two queries different */
  readonly checkpoint: (query: unknown) => PollerSettings["checkpoint"];
}

/** The settings of a poll node: whatever else is there, it names its connection. */
export type PollTable = SettingsTable & { readonly genesys: NodeSetting };

/**
 * Everything that the poll nodes have in common: every message triggers the poller.
 *
 * @param config the node's saved settings, brought up to date
 * @param build makes the poller from settings that are all right; may throw an error that names one that is not
 */
export function startPollNode<T extends PollTable>(
  RED: NodeAPI,
  node: Node,
  table: T,
  config: object,
  build: (values: SettingValues<T>, setup: PollSetup) => Poller,
): void {
  startNode(RED, node, {
    counts: ["polls", "pollsSkipped"],
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
      const checkpoint = (query: unknown) => checkpointOf(RED, node, query);
      const poller = build(values, { config: genesys, notices, checkpoint });
      const pollNode = new PollNode({ RED, node, config: genesys, poller, notices, reporter, status, clock });
      status.show("starting", text("status.ready"));
      return {
        input: (msg, send, done) => pollNode.trigger(msg, send, done),
        close: () => pollNode.close(),
      };
    },
  });
}

/** Node-RED without a user directory (as in unit tests) has no place for files. */
function checkpointOf(RED: NodeAPI, node: Node, query: unknown): Checkpoint | undefined {
  const { userDir } = RED.settings;
  if (!userDir) return undefined;
  return new Checkpoint(join(userDir, "genesys-influx", "checkpoints", `${node.id}.json`), query);
}
