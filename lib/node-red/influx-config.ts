import type { ConnectionSettings } from "../influx/connection";
import type { ConfigNode } from "./settings";

/** Properties that an `influx-config` node has for the nodes that use it. */
export interface InfluxConfig {
  /** Where and as whom to write. */
  connection: ConnectionSettings;
}

/** An `influx-config` node; these properties are absent while it has a problem. */
export type InfluxConfigNode = ConfigNode & Partial<InfluxConfig>;

/** An `influx-config` node that can be used. */
export type ReadyInfluxConfig = ConfigNode & Readonly<InfluxConfig>;
