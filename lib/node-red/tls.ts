import type { NodeAPI } from "node-red";
import type { TlsOptions } from "../http/agent";

/** A `tls-config` node of Node-RED's core: it writes what it holds into connection options. */
interface TlsConfigNode {
  addTLSOptions?(options: TlsOptions): TlsOptions;
}

/**
 * The TLS options of the `tls-config` node that a setting names; `undefined` when none is chosen.
 *
 * @throws Error when the chosen node is missing or of another type
 */
export function tlsOptions(RED: NodeAPI, id: unknown): TlsOptions | undefined {
  if (typeof id !== "string" || id === "") return undefined;
  const node = RED.nodes.getNode(id) as unknown as TlsConfigNode | null;
  if (!node?.addTLSOptions)
    throw new Error("tls names a TLS configuration that does not exist: choose another");
  return node.addTLSOptions({});
}
