import type { Agent as HttpAgent, AgentOptions, ClientRequest } from "node:http";
import { isIP, type Socket } from "node:net";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import { failureOf } from "./failure";

/**
 * - `proxy-setting`: the variable does not name a proxy that can be used
 * - `proxy-login`: the proxy wants a user name and password, or other ones (407)
 * - `proxy-refused`: the proxy does not let this host through (other 4xx)
 * - `proxy-failed`: the proxy could not connect (5xx), or is busy
 * - `proxy-unreachable`: there is no connection to the proxy itself
 */
export type ProxyProblem =
  "proxy-setting" | "proxy-login" | "proxy-refused" | "proxy-failed" | "proxy-unreachable";

/** A failure of the proxy, or on the way to it. The message names the proxy, never its password. */
export class ProxyError extends Error {
  constructor(
    readonly code: ProxyProblem,
    message: string,
  ) {
    super(message);
    this.name = "ProxyError";
  }
}

/** Whether a person must change a variable or the proxy; waiting does not help. */
export function isProxySetup(code: string): boolean {
  return code === "proxy-setting" || code === "proxy-login" || code === "proxy-refused";
}

/**
 * Reads the value of a proxy variable.
 *
 * @throws ProxyError without the text itself, as it may hold a password
 */
export function readProxy(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && !/^https?:$/.test(url.protocol))
    throw new ProxyError(
      "proxy-setting",
      `the proxy variable names a proxy of type ${url.protocol.slice(0, -1)}: only http:// and https:// proxies can be used`,
    );
  if (!url?.hostname || !isEncoded(url))
    throw new ProxyError(
      "proxy-setting",
      "the proxy variable (http_proxy, https_proxy or all_proxy) is not a URL such as http://user:password@proxy:3128; characters such as @ : / # % in user name or password are written as %40 %3A %2F %23 %25",
    );
  return url;
}

/** The proxy's address for messages, without user name and password. */
export function proxyName({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/** Words to append to a failure's message; `""` without a proxy, and for a `ProxyError`, which names it already. */
export function throughProxy(proxy: string | undefined, cause?: unknown): string {
  return proxy && !(cause instanceof ProxyError) ? ` (through the proxy ${proxy})` : "";
}

/** The error for a 407, of a tunnel or of a request. */
export function loginRefused(proxy: string): ProxyError {
  return new ProxyError(
    "proxy-login",
    `the proxy ${proxy} wants a user name and password, or does not accept these (407): put them into the proxy variable, as in http://user:password@host:port`,
  );
}

type Connect = (request: ClientRequest, connection: object) => Promise<Socket>;

/**
 * Makes an agent that sends everything through `proxy`: in a tunnel (CONNECT), or with the whole URL in the request.
 * A failure before the proxy has connected is a `ProxyError`.
 */
export async function proxyAgent(proxy: URL, tunnel: boolean, options: AgentOptions): Promise<HttpAgent> {
  // The proxy packages are ES modules; this package is CommonJS, hence import() inside an async function.
  const agent = tunnel
    ? new (await import("https-proxy-agent")).HttpsProxyAgent<"http:">(proxy, options)
    : new (await import("http-proxy-agent")).HttpProxyAgent<"http:">(proxy, options);
  const name = proxyName(proxy);
  const connect = agent.connect.bind(agent) as Connect;
  const connectOrTell: Connect = async (request, connection) => {
    let status = 200;
    request.once("proxyConnect", (answer: { statusCode?: number }) => (status = answer.statusCode ?? 200));
    const abort = new AbortController();
    agent.connectOpts.signal = abort.signal;
    const forget = onDestroy(request, () => abort.abort());
    const socket = await connect(request, connection)
      .catch((error: unknown) => {
        throw new ProxyError(
          "proxy-unreachable",
          `no connection to the proxy ${name}: ${failureOf(error).message}`,
        );
      })
      .finally(forget);
    if (status === 200) return socket;
    socket.destroy();
    throw refusal(name, status);
  };
  const telling: Connect = async (request, connection) => {
    try {
      return await connectOrTell(request, connection);
    } catch (error) {
      // Once the place of this request is free.
      setImmediate(() => serveNext(agent, connection));
      throw error;
    }
  };
  return Object.assign(agent, { connect: telling });
}

/**
 * Gives the place of a request without a connection to the next one that waits. Node does so when a socket closes; here
 * there never was one, and the others would wait for ever.
 */
function serveNext(agent: HttpAgent, connection: object): void {
  const taker = agent as unknown as { addRequest(request: ClientRequest, options: object): void };
  const queues = agent.requests as unknown as Record<string, ClientRequest[]>;
  for (const [name, waiting] of Object.entries(queues)) {
    let next = waiting.shift();
    while (next?.destroyed) next = waiting.shift();
    if (waiting.length === 0) delete queues[name];
    if (next) return taker.addRequest(next, connection);
  }
}

/** Compares the certificate with the URL's address: inside a tunnel Node would compare it with "localhost". */
export function identityOfAddress({ hostname }: URL): Pick<ConnectionOptions, "checkServerIdentity"> {
  const address = hostname.replace(/^\[|\]$/g, "");
  return isIP(address)
    ? { checkServerIdentity: (_host, certificate) => checkServerIdentity(address, certificate) }
    : {};
}

/**
 * Calls `listener` when a request is destroyed before it has a socket. Node emits nothing then: without this, a silent
 * proxy would keep its place in the pool for ever.
 *
 * @returns a function that ends this
 */
function onDestroy(request: ClientRequest, listener: () => void): () => void {
  const destroy = request.destroy.bind(request);
  request.destroy = (error) => {
    listener();
    return destroy(error);
  };
  return () => void (request.destroy = destroy);
}

function refusal(name: string, status: number): ProxyError {
  if (status === 407) return loginRefused(name);
  return status >= 500 || status === 408 || status === 429
    ? new ProxyError("proxy-failed", `the proxy ${name} could not connect to the server (${status})`)
    : new ProxyError(
        "proxy-refused",
        `the proxy ${name} refuses to connect to the server (${status}): ask who runs it, or put the host into no_proxy`,
      );
}

function isEncoded({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
