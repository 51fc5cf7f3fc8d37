import { createHash } from "node:crypto";
import type { TlsOptions } from "../http/agent";
import { failureOf } from "../http/failure";
import { maskSecrets, secretsOf } from "../http/mask";
import { loginRefused, throughProxy } from "../http/proxy";
import { type Ended, limitTime, tooSlow } from "../http/time-limit";
import { withTlsAdvice } from "../http/tls-problem";
import { type Clock, systemClock } from "../time/clock";
import type { Answer, ServerAnswer } from "./answer";
import { Bodies, type Body, NO_BODY } from "./body";
import { InfluxClient } from "./client";
import type { Precision } from "./precision";

/** A server, and the account to write with. */
export interface ConnectionSettings {
  /** Base URL, such as `http://localhost:8086`; a path in front of `/api/v2` is kept. */
  readonly url: string;
  /** May be empty where the server knows no organisations. */
  readonly org: string;
  /** For lines that name no bucket themselves. */
  readonly bucket: string;
  /** Empty for a server without login: then none is sent. */
  readonly token: string;
  /** Time limit of one request, to the end of its answer. */
  readonly timeoutMs: number;
  readonly tls?: TlsOptions | undefined;
}

/** One write. */
export interface WriteRequest {
  /** Lines, joined by `\n`, as {@link Connection.pack} makes it; serves for one write. */
  readonly body: Body;
  readonly bucket: string;
  readonly precision: Precision;
  /** Aborts the request; its outcome is then unknown. */
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests to one server: one socket, no retry, one answer for each. */
export class Connection {
  readonly settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #secrets: readonly string[];
  readonly #secure: boolean;
  readonly #bodies = new Bodies();
  #client: Promise<InfluxClient> | undefined;
  #closed = false;
  /** The last one that was asked for. */
  #target: { readonly bucket: string; readonly name: string } | undefined;

  constructor(settings: ConnectionSettings, clock: Clock = systemClock) {
    this.settings = settings;
    this.#clock = clock;
    this.#secure = /^https:/i.test(settings.url);
    this.#secrets = secretsOf(settings.token && `Token ${settings.token}`);
  }

  /** An opaque name, the same for the same URL, organisation and bucket. */
  target(bucket: string): string {
    if (this.#target?.bucket !== bucket) {
      const parts = [baseUrl(this.settings.url), this.settings.org, bucket];
      const hash = createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
      this.#target = { bucket, name: hash.slice(0, 16) };
    }
    return this.#target.name;
  }

  /** Makes the body of a write; with `gzip` it is packed, unless it is small. */
  pack(lines: string, gzip: boolean): Promise<Body> {
    return this.#bodies.make(lines, gzip);
  }

  /** Writes lines. Never rejects: a failure is an answer of kind `failure`. */
  write({ body, bucket, precision, signal }: WriteRequest): Promise<Answer> {
    const { org } = this.settings;
    const query = org && `org=${encodeURIComponent(org)}&`;
    const path = `/api/v2/write?${query}bucket=${encodeURIComponent(bucket)}&precision=${precision}`;
    return this.send("POST", path, body, signal);
  }

  /** Whether the server, or a proxy in its place, answers at all. Never rejects. */
  async ping(signal: AbortSignal): Promise<boolean> {
    const answer = await this.send("GET", "/ping", NO_BODY, signal);
    return answer.kind === "answer" && answer.status < 500;
  }

  /** Sends one request with the connection's token. Never rejects. */
  async send(
    method: "GET" | "POST",
    path: string,
    body: Body = NO_BODY,
    signal?: AbortSignal,
  ): Promise<Answer> {
    // Aborted before it began: send nothing.
    if (signal?.aborted || this.#closed) return GIVEN_UP;
    const { timeoutMs } = this.settings;
    const abort = new AbortController();
    let ended: Ended | undefined;
    const limit = limitTime(this.#clock, timeoutMs, signal, (why) => {
      ended = why;
      abort.abort();
    });
    let proxy: string | undefined;
    try {
      const client = await (this.#client ??= this.#connect());
      ({ proxy } = client);
      abort.signal.throwIfAborted();
      const headers = { ...HEADERS, ...(body.gzip && { "content-encoding": "gzip" }) };
      const { answer, sent } = await client.exchange({
        ...{ method, path, body: body.content, headers, signal: abort.signal },
      });
      // An answer can come before all of the body is sent.
      if (sent) this.#bodies.sent(body);
      // In a tunnel every answer is the server's.
      const via = this.#secure ? undefined : proxy;
      if (via && answer.status === 407) return this.#failure(loginRefused(via), via);
      return { ...this.#masked(answer), ...(via && { proxy: via }) };
    } catch (error) {
      if (ended === "aborted") return GIVEN_UP;
      if (!ended) return this.#failure(error, proxy);
      return this.#failure(Object.assign(new Error(tooSlow(timeoutMs)), { code: "ETIMEDOUT" }), proxy);
    } finally {
      limit.clear();
    }
  }

  /** Closes the socket. Abort running requests first. */
  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    client?.close();
  }

  #failure(error: unknown, proxy: string | undefined): Answer {
    const failure = failureOf(error);
    const code = failure.code || "failed";
    const message = withTlsAdvice({ code, message: failure.message }, this.#secure);
    const text = maskSecrets(message, this.#secrets) + throughProxy(proxy, error);
    return { kind: "failure", code, message: text };
  }

  /** Masks the token in an answer: servers and proxies quote it, and their words go into logs and messages. */
  #masked(answer: ServerAnswer): ServerAnswer {
    if (this.#secrets.length === 0 || answer.status === 204) return answer;
    const mask = (text: string) => maskSecrets(text, this.#secrets);
    const headers = Object.entries(answer.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(mask) : value && mask(value),
    ]);
    return {
      ...answer,
      headers: Object.fromEntries(headers) as ServerAnswer["headers"],
      body: mask(answer.body),
    };
  }

  #connect(): Promise<InfluxClient> {
    return InfluxClient.connect(baseUrl(this.settings.url), this.settings.token, this.settings.tls);
  }
}

const HEADERS = { "content-type": "text/plain; charset=utf-8", accept: "application/json" };
const GIVEN_UP: Answer = { kind: "failure", code: "aborted", message: "the request was given up" };

/** Removes the API path, which users paste with the base URL. */
function baseUrl(url: string): string {
  return url.replace(/\/+$/, "").replace(/\/api\/v2(?:\/write)?$/, "");
}
