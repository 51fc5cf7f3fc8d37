import type { Client, Directory } from "../genesys";
import type { ConfigNode } from "./settings";

/** What a `genesys-config` node offers to the nodes that use it. */
export interface GenesysConfig {
  client: Client;
  /** Names of queues and users. */
  directory: Directory;
  /** Value of the `env` tag: names the Genesys Cloud organisation. */
  environment: string;
}

/** A `genesys-config` node; what it offers is absent while it has a problem. */
export type GenesysConfigNode = ConfigNode & Partial<GenesysConfig>;

/** A `genesys-config` node that can be used. */
export type ReadyGenesysConfig = ConfigNode & Readonly<GenesysConfig>;
