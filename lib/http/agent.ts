import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AgentOptions } from "node:https";

/** The TLS settings that a Node-RED `tls-config` node fills in; a subset of Node's own `https` options. */
export type TlsOptions = Pick<
  AgentOptions,
  "ca" | "cert" | "key" | "passphrase" | "pfx" | "rejectUnauthorized" | "servername" | "ALPNProtocols"
>;

/** What an outgoing connection needs beside its URL. */
export interface AgentSettings {
  readonly tls?: TlsOptions | undefined;
  /** Sockets open to one host at the same time. */
  readonly maxSockets?: number;
}

/** Spread into the options of Node's `http.request` or `https.request`. */
export type ConnectionOptions = TlsOptions & { readonly agent: HttpAgent };

/**
 * How to connect to `url`: a keep-alive agent, through the proxy that `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and
 * `NO_PROXY` name for it, if any, and the TLS settings. Destroy the agent when its owner closes.
 *
 * @throws when `url` or a proxy variable is not a URL
 */
export async function connectTo(
  url: string,
  { tls = {}, maxSockets = 4 }: AgentSettings = {},
): Promise<ConnectionOptions> {
  const options = { keepAlive: true, maxSockets };
  const secure = new URL(url).protocol === "https:";
  // The proxy packages are ES modules; this package is CommonJS, hence import() inside an async function.
  const { getProxyForUrl } = await import("proxy-from-env");
  const proxy = getProxyForUrl(url);
  if (!proxy) return { agent: secure ? new HttpsAgent(options) : new HttpAgent(options), ...tls };
  if (secure) {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return { agent: new HttpsProxyAgent<"http:">(new URL(proxy), options), ...tls };
  }
  const { HttpProxyAgent } = await import("http-proxy-agent");
  return { agent: new HttpProxyAgent<"http:">(new URL(proxy), options) };
}
