import type { Node, NodeAPI } from "node-red";
import type { TlsOptions } from "../../lib/http/agent";

/** Node-RED's own `tls-config`. */
interface TlsConfigNode extends Node {
  /** Puts `ca`, `cert`, `key` and the like into the options of a request. */
  addTLSOptions(options: object): void;
}

/**
 * The TLS options of a `tls-config` node; none for a blank id.
 *
 * @throws when there is no such node
 */
export function tlsOptionsOf(RED: NodeAPI, id: string): TlsOptions | undefined {
  // The editor's value for "none chosen".
  if (id === "" || id === "_ADD_") return undefined;
  const node = RED.nodes.getNode(id) as TlsConfigNode | null;
  if (!node || typeof node.addTLSOptions !== "function")
    throw new Error("tls names a TLS configuration that does not exist: choose another, or deploy it first");
  const options: TlsOptions = {};
  node.addTLSOptions(options);
  return options;
}
