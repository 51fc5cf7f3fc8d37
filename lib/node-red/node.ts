import type { Node, NodeAPI } from "node-red";
import { type Announced, HealthRegistry, healthRegistry, type Reporter } from "../health/registry";
import { type Clock, systemClock } from "../time/clock";
import { type Done, type Message, onClose, onInput, type Send } from "./input";
import { type ConfigNode, SettingsError, SettingsReader } from "./settings";
import { NodeStatus } from "./status";

/** Translates a key below the node's type, in the language of the server. */
export type Texts = (key: string, values?: Record<string, string | number>) => string;

/** What a node that can work is given. */
export interface NodeParts {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly reporter: Reporter;
  readonly status: NodeStatus;
  readonly text: Texts;
  readonly clock: Clock;
}

/** What a node that works does. */
export interface RunningNode {
  /** Takes one message; see {@link onInput}. */
  readonly input: (msg: Message, send: Send, done: Done) => void | Promise<void>;
  /** Ends what is under way; Node-RED waits for it. */
  readonly close?: () => void | Promise<void>;
}

/** One kind of node. */
export interface NodeKind<S> extends Announced {
  /** Watches others: health does not list it. */
  readonly watcher?: boolean;
  /** Reads its settings; what is missing or wrong is noted with the reader, or thrown. */
  readonly read: (settings: SettingsReader) => S;
  /** Starts it, with settings that are all right. A throw counts as a setting that is wrong. */
  readonly start: (values: S, parts: NodeParts) => RunningNode;
}

/**
 * Does what all nodes have in common: health, status, settings, closing. A node whose settings are missing or wrong says
 * so once, shows it, and refuses every message with the same words.
 */
export function startNode<S>(
  RED: NodeAPI,
  node: Node,
  { counts, causes, watcher = false, read, start }: NodeKind<S>,
): void {
  const registry = watcher ? new HealthRegistry() : healthRegistry;
  const { id, type, name, z: flow } = node;
  const reporter = registry.register({ id, type, name, flow }, { counts, causes });
  const status = new NodeStatus(node, reporter);
  const text: Texts = (key, values) => RED._(`${type}.${key}`, values ?? {});
  let running: RunningNode;
  try {
    const settings = new SettingsReader(RED, node);
    const values = read(settings);
    settings.check();
    running = start(values, { RED, node, reporter, status, text, clock: systemClock });
  } catch (error) {
    reporter.error("settings");
    tellProblems(node, error);
    status.show("failed", (error instanceof SettingsError && error.brief) || text("status.settings"));
    running = { input: (_msg, _send, done) => done(asError(error)) };
  }
  onInput(node, running.input);
  onClose(node, async (removed) => {
    await running.close?.();
    status.close();
    if (removed) reporter.remove();
  });
}

/** One kind of config node: `start` puts what it offers on the node, and returns what closes it. */
export interface ConfigNodeKind<S> {
  readonly read: (settings: SettingsReader) => S;
  readonly start: (values: S) => (() => void | Promise<void>) | void;
}

/** The same for config nodes: one whose settings are missing or wrong says so once, and has a `problem`. */
export function startConfigNode<S>(RED: NodeAPI, node: ConfigNode, { read, start }: ConfigNodeKind<S>): void {
  try {
    const settings = new SettingsReader(RED, node);
    const values = read(settings);
    settings.check();
    const close = start(values);
    if (close) onClose(node, close);
  } catch (error) {
    node.problem =
      error instanceof SettingsError
        ? error
        : new SettingsError([{ setting: node.type, message: asError(error).message }]);
    tellProblems(node, node.problem);
  }
}

/** Logs what is wrong, but for what another node has logged already. */
function tellProblems(node: Node, error: unknown): void {
  if (!(error instanceof SettingsError)) return node.error(error);
  const own = error.problems.filter(({ told }) => !told);
  if (own.length > 0) node.error(new SettingsError(own).message);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
