import type { Node, NodeAPI } from "node-red";
import type { Client, Directory } from "../genesys";

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

/**
 * Finds the `genesys-config` node of a node.
 *
 * @throws Error saying what is missing
 */
export function genesysConfig(RED: NodeAPI, id: unknown): ReadyGenesysConfig {
  const node = typeof id === "string" && id ? (RED.nodes.getNode(id) as GenesysConfigNode | null) : null;
  if (!node) throw new Error("genesys is not set: choose a Genesys Cloud configuration");
  if (!node.client)
    throw new Error(`the Genesys Cloud configuration is not usable: ${node.problem?.message}`);
  return node as ReadyGenesysConfig;
}
