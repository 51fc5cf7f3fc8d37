import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AgentOptions } from "node:https";
import { createSecureContext } from "node:tls";
import { identityOfAddress, proxyAgent, proxyName, readProxy } from "./proxy";

/** The TLS settings that a Node-RED `tls-config` node fills in; a subset of Node's own `https` options. */
export type TlsOptions = Pick<
  AgentOptions,
  "ca" | "cert" | "key" | "passphrase" | "pfx" | "rejectUnauthorized" | "servername" | "ALPNProtocols"
>;

/** Settings of an outgoing connection beside its URL. */
export interface AgentSettings {
  readonly tls?: TlsOptions | undefined;
  /** Sockets open to one host at the same time. */
  readonly maxSockets?: number;
  /** Asks a proxy for a tunnel even without TLS, as a WebSocket needs. */
  readonly tunnel?: boolean;
}

/** How to connect to one server. */
export interface Route {
  /** For the options of Node's `http.request` or `https.request`. */
  readonly options: TlsOptions & { readonly agent: HttpAgent };
  /** The proxy on the way, without its password. */
  readonly proxy: string | undefined;
}

/**
 * Makes a keep-alive agent for `url` with the TLS settings, through a proxy where `HTTP_PROXY`, `HTTPS_PROXY`,
 * `ALL_PROXY` and `NO_PROXY` (or lower case) name one. Destroy the agent when its owner closes.
 *
 * @throws when `url` is not a URL or the TLS settings cannot be used, and ProxyError when a proxy variable is not a URL
 */
export async function connectTo(
  url: string,
  { tls = {}, maxSockets = 4, tunnel = false }: AgentSettings = {},
): Promise<Route> {
  const options = { keepAlive: true, maxSockets };
  const target = new URL(url);
  const secure = target.protocol === "https:";
  // Check the key now: a wrong one would throw in the middle of a request, where the InfluxDB client does not catch it.
  if (secure) createSecureContext(tls);
  const { getProxyForUrl } = await import("proxy-from-env");
  const named = getProxyForUrl(url);
  if (!named) {
    const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
    return { options: { agent, ...tls }, proxy: undefined };
  }
  const proxy = readProxy(named);
  const agent = await proxyAgent(proxy, tunnel || secure, options);
  return {
    options: { agent, ...(secure && { ...(!tls.servername && identityOfAddress(target)), ...tls }) },
    proxy: proxyName(proxy),
  };
}
