import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { type Clock, sleep, systemClock } from "../../time/clock";
import { connectTo, type Route, type TlsOptions } from "../../http/agent";
import { backoffMs } from "../../time/backoff";
import { GenesysError } from "../errors";
import { oneLine } from "../json";
import type { Endpoints } from "../regions";
import { Budget } from "./budget";
import { errorFromAnswer, notJson, refusalOf } from "./error-answer";
import { parseJson } from "./parse-json";
import { ClockSkew } from "./skew";
import { type TokenLife, type TokenSettings, TokenSource } from "./token";
import { type Answer, Transport } from "./transport";

/** Settings of a client: endpoints, OAuth client, bounds. */
export interface ClientSettings extends Endpoints, TokenSettings {
  /** Time limit of one request. */
  readonly timeoutMs: number;
  readonly tls?: TlsOptions | undefined;
  readonly clock?: Clock;
  /** Largest answer taken, unpacked; larger ones are errors of kind `tooLarge`, and their queries are split. */
  readonly maxBytes?: number;
  readonly concurrency?: number;
  /** For jitter; `Math.random` unless a test says otherwise. */
  readonly random?: () => number;
}

/** How a caller bounds its calls. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** No wait for a retry or a rate limit goes beyond this time; by the monotonic clock, in milliseconds. */
  readonly deadline?: number | undefined;
  /** For older buckets: lets all other calls go first, and takes at most half of the rate that they leave free. */
  readonly background?: boolean | undefined;
  /** How many times the usual age a list of names may have before it is read again; 1 where this is absent. */
  readonly listPatience?: number | undefined;
}

/** Query parameters; lists are repeated, absent values left out. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A bound on memory; queries whose answers are larger are split. */
const MAX_ANSWER_BYTES = 8_000_000;
/** `request.bytes.max` of the platform API. */
const MAX_REQUEST_BYTES = 512_000;

const MAX_ATTEMPTS = 6;
const BACKOFF = { baseMs: 1_000, maxMs: 30_000 };

/**
 * The platform API as every node of one `genesys-config` node uses it: one token, one budget, one set of connections.
 * A call waits for the budget, carries the token (a refused one is renewed once), repeats what is worth repeating
 * within the caller's deadline, and returns parsed JSON that nobody has looked at yet.
 */
export class Client {
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly budget: Budget;
  readonly skew: ClockSkew;
  /** The same for all clients of one OAuth client; holds no secret. */
  readonly identity: string;
  readonly #tls: TlsOptions | undefined;
  readonly #transport: Transport;
  readonly #tokens: TokenSource;
  readonly #random: () => number;
  readonly #closing = new AbortController();
  readonly #goodbyes = new Set<() => Promise<void>>();

  constructor(settings: ClientSettings) {
    const { clock = systemClock, timeoutMs, maxBytes = MAX_ANSWER_BYTES, tls } = settings;
    this.endpoints = { apiUrl: settings.apiUrl, loginUrl: settings.loginUrl, region: settings.region };
    this.clock = clock;
    this.identity = createHash("sha256")
      .update(`${settings.clientId} ${settings.apiUrl}`)
      .digest("hex")
      .slice(0, 16);
    this.#tls = tls;
    this.skew = new ClockSkew(clock);
    const { concurrency, random = Math.random } = settings;
    this.budget =
      concurrency === undefined
        ? Budget.of(`${settings.clientId} ${settings.apiUrl}`, { clock, random })
        : new Budget({ clock, random, concurrency });
    this.#transport = new Transport({ clock, timeoutMs, maxBytes, tls });
    this.#tokens = new TokenSource(settings, this.#transport, clock);
    this.#random = random;
    // Every waiting call listens; a poll of a large organisation has many.
    setMaxListeners(0, this.#closing.signal);
  }

  get(path: string, query: Query = {}, options: CallOptions = {}): Promise<unknown> {
    return this.#call({ method: "GET", ...addressOf(path), query, body: undefined, options });
  }

  /** For queries, which only read. */
  async post(path: string, body: unknown, query: Query = {}, options: CallOptions = {}): Promise<unknown> {
    return this.request("POST", path, body, query, options);
  }

  /**
   * A call that may change something. It is repeated like any other, so it must do no harm twice.
   *
   * @param body sent as JSON; `undefined` sends none
   */
  async request(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body: unknown,
    query: Query = {},
    options: CallOptions = {},
  ): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined && Buffer.byteLength(text) > MAX_REQUEST_BYTES) {
      throw new GenesysError("tooLarge", `${path}: the request is larger than ${MAX_REQUEST_BYTES} bytes`);
    }
    return this.#call({ method, ...addressOf(path), query, body: text, options });
  }

  /**
   * How to connect to `url` beside the API's own calls: the same TLS settings and proxy. Destroy its agent afterwards.
   */
  async route(url: URL): Promise<Route> {
    return connectTo(url.href, { tls: this.#tls, tunnel: true });
  }

  /** Renews a token that will end soon, for what ends with it. @returns when the token ends */
  async lastingToken(): Promise<TokenLife> {
    return this.#tokens.lasting();
  }

  /** Fetches a token if there is none; shows whether the OAuth client is accepted. */
  async authenticate(): Promise<void> {
    await this.#tokens.get();
  }

  /** Calls `work` when this is being closed, while calls can still be made. @returns takes it back */
  beforeClose(work: () => Promise<void>): () => void {
    this.#goodbyes.add(work);
    return () => void this.#goodbyes.delete(work);
  }

  /** Cancels what is on its way; later calls fail at once. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#goodbyes].map((work) => work()));
    this.#tokens.handOn();
    this.#closing.abort(new GenesysError("aborted", "the Genesys Cloud connection is being closed"));
    await this.#transport.close();
  }

  async #call(call: Call): Promise<unknown> {
    const { deadline = Infinity, signal } = call.options;
    const stop = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(call, deadline, stop);
      } catch (error) {
        stop.throwIfAborted();
        if (!(error instanceof GenesysError)) throw error;
        const wait = this.#retryInMs(error, attempt, call.resource);
        const inTime = wait !== undefined && this.clock.monotonic() + wait <= deadline;
        if (!inTime || attempt >= MAX_ATTEMPTS) throw error;
        await sleep(this.clock, wait, stop);
      }
    }
  }

  /** When to repeat the call: when a pause ends, at the server's word, or after a growing wait with jitter. */
  #retryInMs(error: GenesysError, attempt: number, resource: string): number | undefined {
    const { statusCode, retryAfterMs: asked } = error.facts;
    if (!error.transient) return undefined;
    // Without a status the call was not even made, as it would have had to wait too long.
    if (error.kind === "rateLimit") {
      return statusCode === undefined ? undefined : (this.budget.pausedForMs(resource) ?? 0);
    }
    const backoff = backoffMs(attempt, { ...BACKOFF, random: this.#random });
    return asked === undefined ? backoff : Math.min(Math.max(asked, 100), LONGEST_WAIT_MS);
  }

  async #attempt(call: Call, deadline: number, signal: AbortSignal): Promise<unknown> {
    let answer = await this.#send(call, deadline, signal);
    if (answer.status === 401) {
      // A token may die early, so that one more is worth trying; where it is not, the next line says so.
      this.#tokens.refused(answer.token);
      answer = await this.#send(call, deadline, signal);
    }
    if (answer.status === 401) {
      this.#tokens.refused(answer.token);
      await this.#token();
    }
    const what = `${call.method} ${call.path}`;
    if (answer.status === 204 || (answer.status === 202 && answer.body.length === 0)) return undefined;
    if (answer.status !== 200) throw errorFromAnswer(what, answer, this.clock.now());
    if (answer.body.length === 0 && call.method === "DELETE") return undefined;
    return parse(what, answer);
  }

  /** The token; a login that is refused as coming too often holds up all calls. */
  async #token(): Promise<string> {
    try {
      return await this.#tokens.get();
    } catch (error) {
      if (error instanceof GenesysError && error.kind === "rateLimit") {
        this.budget.refused(LOGIN, { retryAfterMs: error.facts.retryAfterMs, ofClient: true });
      }
      throw error;
    }
  }

  async #send(
    call: Call,
    deadline: number,
    signal: AbortSignal,
  ): Promise<Answer & { readonly token: string }> {
    const { background } = call.options;
    const { resource } = call;
    // Without a token no call needs a turn; after a long wait for one it may be another.
    await this.#token();
    const admission = await this.budget.enter({ resource, deadline, background, signal });
    try {
      const token = await this.#token();
      const sentAt = this.clock.now();
      const answer = await this.#transport.send({
        method: call.method,
        url: `${this.endpoints.apiUrl}${call.path}${queryText(call.query)}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(call.body !== undefined && { "content-type": "application/json" }),
        },
        body: call.body,
        signal,
      });
      this.budget.observe(answer.headers);
      this.skew.observe(answer.headers.date, sentAt, answer.headers.age);
      if (answer.status !== 401) this.#tokens.accepted(token);
      if (answer.status === 403) this.#tokens.forbidden();
      // Before the next call gets this one's place.
      if (answer.status === 429) {
        this.budget.refused(resource, refusalOf(answer, this.clock.now()), admission.call);
      } else this.budget.answered(resource, admission.call);
      return { ...answer, token };
    } finally {
      admission.leave();
    }
  }
}

/** The token endpoint as a resource. */
const LOGIN = "/oauth/token";
/** Whatever a server asks for: after this it is tried again. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** The part of a path that differs from entity to entity. */
const IDS = /\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\/|$)/gi;

interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** The path without ids: what a limit may be about. */
  readonly resource: string;
  readonly query: Query;
  readonly body: string | undefined;
  readonly options: CallOptions;
}

function addressOf(path: string): { path: string; resource: string } {
  return { path, resource: path.replace(IDS, "/*") };
}

async function parse(what: string, answer: Answer): Promise<unknown> {
  try {
    return await parseJson(answer.body);
  } catch (cause) {
    const text = answer.body.subarray(0, 64).toString("utf8").trimStart();
    const reason = cause instanceof Error ? oneLine(cause.message, 120) : "";
    const facts = { statusCode: answer.status, cause };
    if (!/^[{[]/.test(text)) throw new GenesysError("answer", `${what}: ${notJson(answer)}`, facts);
    // What starts like JSON was cut short or damaged on its way: as good as no answer, and worth asking again.
    const said = `the answer is truncated or damaged JSON of ${answer.body.length} bytes (${reason})`;
    throw new GenesysError("network", `${what}: ${said}`, facts);
  }
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const entry of Array.isArray(value) ? (value as readonly string[]) : [value]) {
      if (entry !== undefined) parameters.append(key, String(entry));
    }
  }
  const text = parameters.toString();
  return text && `?${text}`;
}
