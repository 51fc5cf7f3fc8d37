import { join } from "node:path";
import type { Node, NodeAPI } from "node-red";
import { systemClock } from "../../time/clock";
import { Checkpoint, Notices, type Poller, type PollerSettings } from "../../genesys/index";
import { healthRegistry } from "../../health/registry";
import { genesysConfig, type ReadyGenesysConfig, UnusableConfigError } from "../genesys-config";
import { onClose, onInput } from "../input";
import { PollNode } from "./poll-node";
import { POLL_RANGES } from "./poll-ranges";
import { SettingsReader } from "../settings";
import { NodeStatus } from "../status";

/** What a poller is built from, beside the node's settings. */
export interface PollSetup {
  readonly config: ReadyGenesysConfig;
  readonly notices: Notices;
  /** @param query all that makes the buckets of two queries different */
  readonly checkpoint: (query: unknown) => PollerSettings["checkpoint"];
}

/**
 * Everything that the poll nodes have in common: settings that are missing or wrong are told once, on the status and
 * per message; else every message triggers the poller.
 *
 * @param define reads the settings, and returns what builds the poller from them; it is called when they are all right
 */
export function startPollNode(
  RED: NodeAPI,
  node: Node,
  genesys: unknown,
  define: (settings: SettingsReader) => (setup: PollSetup) => Poller,
): void {
  const reporter = healthRegistry.register({ id: node.id, type: node.type, name: node.name, flow: node.z });
  const status = new NodeStatus(node, reporter);
  const notices = new Notices(
    (message) => node.warn(message),
    (message) => node.log(message),
  );
  const forget = (removed: boolean) => {
    status.close();
    if (removed) reporter.remove();
  };
  let config: ReadyGenesysConfig | undefined;
  let pollNode: PollNode;
  try {
    config = genesysConfig(RED, genesys);
    const settings = new SettingsReader(RED, node);
    const build = define(settings);
    settings.check();
    const poller = build({ config, notices, checkpoint: (query) => checkpointOf(RED, node, query) });
    pollNode = new PollNode({ RED, node, config, poller, notices, reporter, status, clock: systemClock });
  } catch (error) {
    const unusable = error instanceof UnusableConfigError ? error : undefined;
    if (!unusable) node.error(error);
    const words = RED._(`${node.type}.status.${config ? "settings" : "noConfig"}`);
    status.show("failed", unusable?.brief ?? words);
    onInput(node, (_msg, _send, done) => done(error as Error));
    onClose(node, forget);
    return;
  }
  status.show("starting", RED._(`${node.type}.status.ready`));
  onInput(node, (msg, send, done) => pollNode.trigger(msg, send, done));
  onClose(node, async (removed) => {
    await pollNode.close();
    forget(removed);
  });
}

/** The settings of queries by interval, which both poll nodes have. */
export function bucketSettings(
  settings: SettingsReader,
  config: { granularity?: unknown; lookback?: unknown; maxBackfill?: unknown },
): { granularity: string; lookback: number; maxBackfillHours: number } {
  return {
    granularity: settings.text("granularity", config.granularity),
    lookback: settings.number("lookback", config.lookback, {
      ...POLL_RANGES.lookback,
      fallback: 2,
      integer: true,
    }),
    maxBackfillHours: settings.number("maxBackfill", config.maxBackfill, {
      ...POLL_RANGES.maxBackfill,
      fallback: 24,
      unit: "h",
    }),
  };
}

/** Node-RED without a user directory (as in unit tests) has no place for files. */
function checkpointOf(RED: NodeAPI, node: Node, query: unknown): Checkpoint | undefined {
  const { userDir } = RED.settings;
  if (!userDir) return undefined;
  return new Checkpoint(join(userDir, "genesys-influx", "checkpoints", `${node.id}.json`), query);
}
