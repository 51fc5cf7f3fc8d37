import type { Client, Directory } from "../genesys";
import type { ConfigNode } from "./settings";

/** Properties that a `genesys-config` node has for the nodes that use it. */
export interface GenesysConfig {
  client: Client;
  /** Names of queues and users. */
  directory: Directory;
  /** Value of the `env` tag: names the Genesys Cloud organisation. */
  environment: string;
}

/** A `genesys-config` node; these properties are absent while it has a problem. */
export type GenesysConfigNode = ConfigNode & Partial<GenesysConfig>;

/** A `genesys-config` node that can be used. */
export type ReadyGenesysConfig = ConfigNode & Readonly<GenesysConfig>;
