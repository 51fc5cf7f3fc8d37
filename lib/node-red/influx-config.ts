import type { Node } from "node-red";
import type { ConnectionSettings } from "../influx/connection";

/** The config node as the nodes that use it see it. */
export interface InfluxConfigNode extends Node<InfluxCredentials> {
  /** Where and as whom to write; absent when settings are missing or wrong. */
  connection?: ConnectionSettings;
  /** The URL, also when other settings are missing. */
  url?: string;
  /** What is missing or wrong, for people; absent when `connection` is there. */
  problem?: string;
}

/** Kept by Node-RED apart from the flow. */
export interface InfluxCredentials {
  token?: string;
}
