import type { Node, NodeAPI } from "node-red";
import type { Client, Directory } from "../genesys";
import { SettingsError } from "./settings";

/** What a `genesys-config` node offers to the nodes that use it. */
export interface GenesysConfigNode extends Node {
  /** Absent when its settings are wrong. */
  readonly client?: Client;
  /** Names of queues and users; there whenever the client is. */
  readonly directory?: Directory;
  /** Why there is no client. */
  readonly problem?: Error;
  /** Value of the `env` tag: names the Genesys Cloud organisation. */
  readonly environment: string;
}

/** A `genesys-config` node that can be used. */
export type ReadyGenesysConfig = GenesysConfigNode & {
  readonly client: Client;
  readonly directory: Directory;
};

/** A `genesys-config` node whose own settings are wrong; that node has logged which, so this need not be logged again. */
export class UnusableConfigError extends Error {
  /** The missing setting and its variable, for a status. */
  readonly brief: string | undefined;

  constructor(problem: Error | undefined) {
    super(`the Genesys Cloud configuration is not usable: ${problem?.message ?? "it is being closed"}`);
    this.name = "UnusableConfigError";
    this.brief = problem instanceof SettingsError ? problem.brief : undefined;
  }
}

/**
 * Finds the `genesys-config` node of a node.
 *
 * @throws Error when none is chosen
 * @throws UnusableConfigError when its settings are wrong
 */
export function genesysConfig(RED: NodeAPI, id: unknown): ReadyGenesysConfig {
  const node = typeof id === "string" && id ? (RED.nodes.getNode(id) as GenesysConfigNode | null) : null;
  if (!node) throw new Error("genesys is not set: choose a Genesys Cloud configuration");
  if (!node.client) throw new UnusableConfigError(node.problem);
  return node as ReadyGenesysConfig;
}
