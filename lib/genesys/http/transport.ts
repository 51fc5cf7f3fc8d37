import * as http from "node:http";
import * as https from "node:https";
import type { Clock } from "../../time/clock";
import { connectTo, type Route, type TlsOptions } from "../../http/agent";
import { type Body, readBody } from "../../http/body";
import { failureOf } from "../../http/failure";
import { maskSecrets, secretsOf } from "../../http/mask";
import { isProxySetup, loginRefused, throughProxy } from "../../http/proxy";
import { limitTime, tooSlow } from "../../http/time-limit";
import { tlsAdvice, withTlsAdvice } from "../../http/tls-problem";
import { GenesysError } from "../errors";

/** One HTTP request, complete. */
export interface Outgoing {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One HTTP answer, of any status, its body unpacked. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** The proxy that may have given it itself. */
  readonly proxy?: string;
}

/** Settings of a transport. */
export interface TransportSettings {
  readonly clock: Clock;
  /** For the whole request, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** The largest body that is taken, unpacked: a bound on memory. */
  readonly maxBytes: number;
  readonly tls?: TlsOptions | undefined;
}

/**
 * HTTP as the platform API needs it: keep-alive, gzip, a time limit, a size limit, cancelling. It throws
 * `GenesysError`s of kind `network`, `tls`, `proxy`, `timeout`, `tooLarge` and `aborted`; callers judge the status.
 */
export class Transport {
  readonly #settings: TransportSettings;
  readonly #connections = new Map<string, Promise<Route>>();
  #closed = false;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  async send(outgoing: Outgoing): Promise<Answer> {
    const url = new URL(outgoing.url);
    const connection = await this.#connect(url);
    return new Promise((resolve, reject) => {
      const attempt = new Attempt(outgoing, this.#settings, url, resolve, reject);
      attempt.start(connection);
    });
  }

  /** Closes idle connections. Cancel running requests by their signals. */
  async close(): Promise<void> {
    this.#closed = true;
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    for (const connection of await Promise.allSettled(connections)) {
      if (connection.status === "fulfilled") connection.value.options.agent.destroy();
    }
  }

  async #connect(url: URL): Promise<Route> {
    if (this.#closed) throw new GenesysError("aborted", "the connection to Genesys Cloud is closed");
    let connection = this.#connections.get(url.origin);
    if (!connection) {
      connection = connectTo(url.origin, { tls: this.#settings.tls, maxSockets: 8 });
      this.#connections.set(url.origin, connection);
      connection.catch(() => this.#connections.delete(url.origin));
    }
    try {
      return await connection;
    } catch (cause) {
      throw new GenesysError(
        kindOfFailure(cause),
        `cannot connect to ${url.host}: ${reasonOfFailure(cause, url)}`,
        {
          cause,
        },
      );
    }
  }
}

/** One request on its way; settles once, and leaves no timer, listener or socket behind. */
class Attempt {
  #settled = false;
  #limit: ReturnType<typeof limitTime> | undefined;
  #request: http.ClientRequest | undefined;
  #proxy: string | undefined;

  constructor(
    private readonly outgoing: Outgoing,
    private readonly settings: TransportSettings,
    private readonly url: URL,
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  start({ options, proxy }: Route): void {
    const { method, headers, body, signal } = this.outgoing;
    if (signal?.aborted) return this.#fail("aborted", "cancelled");
    this.#proxy = proxy;
    const { request } = this.url.protocol === "https:" ? https : http;
    try {
      this.#request = request(this.url, {
        method,
        ...options,
        headers: {
          accept: "application/json",
          "accept-encoding": "gzip",
          ...headers,
          ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
        },
      });
    } catch (cause) {
      return this.#fail(
        "network",
        `cannot send to ${this.url.host}: ${reasonOfFailure(cause, this.url)}`,
        cause,
      );
    }
    const { clock, timeoutMs } = this.settings;
    this.#limit = limitTime(clock, timeoutMs, signal, (why) =>
      why === "aborted"
        ? this.#fail("aborted", "cancelled")
        : this.#fail("timeout", tooSlow(timeoutMs, this.url.host)),
    );
    this.#request.on("response", (response) => this.#receive(response));
    this.#request.on("error", (cause) => this.#broken(cause));
    this.#request.end(body);
  }

  #receive(response: http.IncomingMessage): void {
    // What comes through a tunnel is the server's; otherwise the proxy may have given the answer itself.
    const proxy = this.url.protocol === "http:" ? this.#proxy : undefined;
    if (proxy && response.statusCode === 407) return this.#broken(loginRefused(proxy));
    readBody(response, this.settings.maxBytes).then(
      (body) => this.#answered(response, body, proxy),
      (cause: unknown) => this.#broken(cause),
    );
  }

  #answered(response: http.IncomingMessage, { bytes, cut }: Body, proxy: string | undefined): void {
    if (cut) {
      const limit = Math.round(this.settings.maxBytes / 1e6);
      return this.#fail("tooLarge", `the answer of ${this.url.host} is larger than ${limit} MB`);
    }
    if (this.#settled) return;
    this.#settle();
    const status = response.statusCode ?? 0;
    this.resolve({
      status,
      headers: response.headers,
      body: status === 200 && isJson(bytes) ? bytes : this.#masked(bytes),
      ...(proxy && { proxy }),
    });
  }

  /** Servers and gateways quote the token that they refuse, and their words go into errors. */
  #masked(bytes: Buffer): Buffer {
    const secrets = secretsOf(this.outgoing.headers?.["authorization"] ?? "");
    return Buffer.from(maskSecrets(bytes.toString("utf8"), secrets));
  }

  #broken(cause: unknown): void {
    const kind = kindOfFailure(cause);
    const message = `no answer from ${this.url.host}: ${reasonOfFailure(cause, this.url)}`;
    // A TLS error holds the certificate, which is circular: a Catch node's message could not become JSON.
    this.#fail(kind, message, kind === "tls" ? undefined : cause);
  }

  #fail(kind: GenesysError["kind"], message: string, cause?: unknown): void {
    if (this.#settled) return;
    this.#settle();
    const way = throughProxy(this.#proxy, cause);
    this.reject(new GenesysError(kind, `${message}${way}`, { cause }));
    this.#request?.destroy();
  }

  #settle(): void {
    this.#settled = true;
    this.#limit?.clear();
  }
}

/** What kind of failure a broken connection is. */
export function kindOfFailure(cause: unknown): GenesysError["kind"] {
  const failure = failureOf(cause);
  return tlsAdvice(failure) ? "tls" : isProxySetup(failure.code) ? "proxy" : "network";
}

/** Why a connection to `url` broke, in words. */
export function reasonOfFailure(cause: unknown, { protocol }: URL): string {
  return withTlsAdvice(failureOf(cause), protocol === "https:");
}

/** Masking an answer of megabytes would hold up the event loop; JSON is data, and is not quoted in errors. */
function isJson(bytes: Buffer): boolean {
  const first = bytes[0];
  return first === 0x7b || first === 0x5b;
}
