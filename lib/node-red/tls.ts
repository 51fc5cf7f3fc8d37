import type { NodeAPI } from "node-red";
import type { TlsOptions } from "../http/agent";
import { chosenConfig } from "./chosen-config";

/** A `tls-config` node of Node-RED's core (`05-tls.js`): writes its settings into connection options. */
interface TlsConfigNode {
  addTLSOptions?(options: TlsOptions): TlsOptions;
  /** False when its files cannot be read, or only one of certificate and key is set; its log says which. */
  readonly valid?: boolean;
}

/**
 * The TLS options of the `tls-config` node that a setting names; `undefined` when none is chosen.
 *
 * @throws Error when the chosen node is missing, of another type, or not usable
 */
export function tlsOptions(RED: NodeAPI, chosen: unknown): TlsOptions | undefined {
  const id = chosenConfig(chosen);
  if (!id) return undefined;
  const node = RED.nodes.getNode(id) as unknown as TlsConfigNode | null;
  if (!node?.addTLSOptions)
    throw new Error("tls names a TLS configuration that does not exist: choose another, or deploy it first");
  if (node.valid === false)
    throw new Error(
      "tls names a TLS configuration that cannot be used: the log has its own error; check its files",
    );
  return node.addTLSOptions({});
}
