import type { Agent } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { HttpError, InfluxDB } from "@influxdata/influxdb-client";
import { type Clock, systemClock } from "../time/clock";
import { connectTo, type TlsOptions } from "../http/agent";
import { loginRefused, ProxyError } from "../http/proxy";
import { withTlsAdvice } from "../http/tls-problem";
import type { Answer, ServerAnswer } from "./answer";

/** Where to write, and as whom. */
export interface ConnectionSettings {
  /** Base URL, such as `http://localhost:8086`; a path in front of `/api/v2` is kept. */
  readonly url: string;
  readonly org: string;
  /** For lines that name no bucket themselves. */
  readonly bucket: string;
  readonly token: string;
  /** For one request, from sending it to the end of its answer. */
  readonly timeoutMs: number;
  readonly tls?: TlsOptions | undefined;
}

/** Unit of the timestamps in the lines. */
export type Precision = "ns" | "us" | "ms" | "s";

/** One write. */
export interface WriteRequest {
  /** Lines, joined by `\n`. */
  readonly body: string;
  readonly bucket: string;
  readonly precision: Precision;
  readonly gzip: boolean;
  /** Gives the request up; its outcome is then unknown. */
  readonly signal?: AbortSignal | undefined;
}

/** Smaller bodies do not gain by compression. */
const GZIP_THRESHOLD_BYTES = 1_000;
/** Of zlib's levels the one for lines: 6 % more bytes than the usual 6, for two thirds of its time. */
const GZIP_LEVEL = 3;
const compress = promisify(gzip);
const LONGEST_BODY = 1_000_000;

interface Client {
  readonly influx: InfluxDB;
  readonly agent: Agent;
  readonly proxy: string | undefined;
}

/**
 * Sends requests to one server: one socket, no retry, one answer for each. It uses the InfluxDB client's transport and not
 * its `WriteApi`, which hides answers, repeats requests by itself and leaves a socket open at every timeout.
 */
export class Connection {
  readonly settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #path: string;
  #client: Promise<Client> | undefined;
  #closed = false;
  readonly #secure: boolean;

  constructor(settings: ConnectionSettings, clock: Clock = systemClock) {
    this.settings = settings;
    this.#clock = clock;
    this.#secure = /^https:/i.test(settings.url);
    this.#path = `/api/v2/write?org=${encodeURIComponent(settings.org)}`;
  }

  /** Never rejects: what goes wrong is an answer of kind `failure`. */
  write({ body, bucket, precision, gzip, signal }: WriteRequest): Promise<Answer> {
    const path = `${this.#path}&bucket=${encodeURIComponent(bucket)}&precision=${precision}`;
    return this.send("POST", path, body, { gzip, signal });
  }

  /** One request with the connection's token. Never rejects. */
  async send(
    method: "GET" | "POST",
    path: string,
    body = "",
    { gzip = false, signal }: { gzip?: boolean; signal?: AbortSignal | undefined } = {},
  ): Promise<Answer> {
    // Given up before it began: then nothing must go out.
    if (signal?.aborted || this.#closed)
      return { kind: "failure", code: "aborted", message: "the request was given up" };
    let client: Client;
    try {
      client = await (this.#client ??= this.#connect());
    } catch (error) {
      return this.#failure(error, undefined);
    }
    const { influx, proxy } = client;
    const abort = new AbortController();
    const giveUp = () => abort.abort();
    let timedOut = false;
    const timer = this.#clock.after(this.settings.timeoutMs, () => {
      timedOut = true;
      giveUp();
    });
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      const answer = this.#masked(await exchange(influx, method, path, body, gzip, abort.signal));
      // What comes through a tunnel is the server's.
      if (!proxy || this.#secure) return answer;
      return answer.status === 407 ? this.#failure(loginRefused(proxy), proxy) : { ...answer, proxy };
    } catch (error) {
      if (timedOut) {
        const message = `no answer within ${this.settings.timeoutMs / 1000} s`;
        return this.#failure(Object.assign(new Error(message), { code: "ETIMEDOUT" }), proxy);
      }
      if (signal?.aborted) return { kind: "failure", code: "aborted", message: "the request was given up" };
      return this.#failure(error, proxy);
    } finally {
      timer.cancel();
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** Closes the socket; a request that still runs fails. */
  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    client?.agent.destroy();
  }

  /** Why there was no answer: what to do where that is known, and the proxy, as it may be the one that failed. */
  #failure(error: unknown, proxy: string | undefined): Answer {
    const code = errorCode(error);
    const message = withTlsAdvice({ code, message: errorMessage(error) }, this.#secure);
    const way = proxy && !(error instanceof ProxyError) ? ` (through the proxy ${proxy})` : "";
    return { kind: "failure", code, message: message + way };
  }

  /** Some proxies quote the token that they refuse, and the body goes into logs and messages. */
  #masked(answer: ServerAnswer): ServerAnswer {
    const { token } = this.settings;
    if (token === "") return answer;
    const mask = (text: string, scheme: string) => text.replaceAll(`${scheme} ${token}`, `${scheme} …`);
    return { ...answer, body: ["Token", "Bearer"].reduce(mask, answer.body) };
  }

  async #connect(): Promise<Client> {
    const { token, tls } = this.settings;
    // The API path belongs to the request; users paste it with the base URL.
    const url = this.settings.url.replace(/\/+$/, "").replace(/\/api\/v2(?:\/write)?$/, "");
    const { options, proxy } = await connectTo(url, { tls, maxSockets: 1 });
    // Our own time limit ends the request; the client's would leave the socket open.
    const influx = new InfluxDB({ url, token, timeout: 0, transportOptions: options });
    return { influx, agent: options.agent, proxy };
  }
}

async function exchange(
  influx: InfluxDB,
  method: string,
  path: string,
  body: string,
  gzipped: boolean,
  signal: AbortSignal,
): Promise<ServerAnswer> {
  const packed = gzipped && body.length > GZIP_THRESHOLD_BYTES;
  const content = packed ? await compress(body, { level: GZIP_LEVEL }) : body;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: Record<string, string | string[] | undefined> = {};
    let text = "";
    const options = {
      method,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        accept: "application/json",
        ...(packed && { "content-encoding": "gzip" }),
      },
      signal,
    };
    // The transport takes whatever `Buffer.from` takes; its type names only texts.
    influx.transport.send(path, content as string, options, {
      responseStarted(answerHeaders, answerStatus) {
        headers = answerHeaders;
        status = answerStatus ?? 0;
      },
      next(chunk) {
        if (text.length < LONGEST_BODY) text += Buffer.from(chunk).toString();
      },
      complete: () => resolve({ kind: "answer", status, headers, body: text }),
      error(error) {
        if (error instanceof HttpError)
          resolve({
            kind: "answer",
            status: error.statusCode,
            headers: error.headers ?? {},
            body: error.body ?? "",
          });
        else reject(error);
      },
    });
  });
}

function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === "string") return code;
  // The client's word for an answer that ended before its end; our own aborts are told apart before this.
  return error instanceof Error && error.name === "AbortError" ? "ECONNRESET" : "failed";
}

function errorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorMessage(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.name === "AbortError"
    ? "the connection ended before the whole answer had come"
    : error.message;
}
