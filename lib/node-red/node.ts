import type { Node, NodeAPI } from "node-red";
import { type Announced, HealthRegistry, healthRegistry, type Reporter } from "../health/registry";
import { type Clock, systemClock } from "../time/clock";
import { type Done, type Message, onClose, onInput, type Send } from "./input";
import { refuseAll } from "./refuse-all";
import { type ConfigNode, SettingsError, SettingsReader } from "./settings";
import { NodeStatus } from "./status";
import { asError } from "../terms/as-error";

/** Translates a key below the node's type, in the language of the server. */
export type Texts = (key: string, values?: Record<string, string | number>) => string;

/** The parts of a node whose settings are right. */
export interface NodeParts {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly reporter: Reporter;
  readonly status: NodeStatus;
  readonly text: Texts;
  readonly clock: Clock;
}

/** The handlers of a node that works. */
export interface RunningNode {
  /** Handles one message; see {@link onInput}. */
  readonly input: (msg: Message, send: Send, done: Done) => void | Promise<void>;
  /** Ends work under way; Node-RED waits for it. */
  readonly close?: () => void | Promise<void>;
}

/** A node type: how it reads its settings, and how it starts. */
export interface NodeKind<S> extends Announced {
  /** A watcher of other nodes, which health does not list. */
  readonly watcher?: boolean;
  /** Reads the settings; notes problems with the reader, or throws one. */
  readonly read: (settings: SettingsReader) => S;
  /** Starts the node with right settings. A throw counts as a wrong setting. */
  readonly start: (values: S, parts: NodeParts) => RunningNode;
}

/**
 * Starts a node: health, status, settings, input and closing. With missing or wrong settings it logs them once, shows
 * it, and refuses every message with the same words, see {@link refuseAll}.
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
    reporter.details({ problem: asError(error).message });
    const isLogged = tellProblems(node, error);
    status.show("failed", (error instanceof SettingsError && error.brief) || text("status.settings"));
    running = { input: refuseAll(node, asError(error), isLogged) };
  }
  onInput(node, running.input);
  onClose(node, async (removed) => {
    await running.close?.();
    status.close();
    if (removed) reporter.remove();
  });
}

/** A type of config node: `start` sets its properties, and returns a function that closes it. */
export interface ConfigNodeKind<S> {
  readonly read: (settings: SettingsReader) => S;
  readonly start: (values: S) => (() => void | Promise<void>) | void;
}

/** Starts a config node: missing or wrong settings are logged once and become its `problem`. */
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

/** Logs the problems that no other node has logged. @returns whether these are all */
function tellProblems(node: Node, error: unknown): boolean {
  const problems = error instanceof SettingsError ? error.problems : [];
  const own = problems.filter(({ logged }) => !logged);
  if (problems.length === 0) node.error(error);
  else if (own.length > 0) node.error(new SettingsError(own).message);
  return own.length === problems.length;
}
