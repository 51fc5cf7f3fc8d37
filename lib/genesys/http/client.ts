import { setMaxListeners } from "node:events";
import { type Clock, sleep, systemClock } from "../../time/clock";
import type { TlsOptions } from "../../http/agent";
import { retryAfterMs } from "../../http/retry-after";
import { backoffMs } from "../../time/backoff";
import { GenesysError } from "../errors";
import { oneLine } from "../json";
import type { Endpoints } from "../regions";
import { Budget } from "./budget";
import { errorFromAnswer, notJson } from "./error-answer";
import { parseJson } from "./parse-json";
import { ClockSkew } from "./skew";
import { TokenSource } from "./token";
import { type Answer, Transport } from "./transport";

export interface ClientSettings extends Endpoints {
  readonly clientId: string;
  readonly clientSecret: string;
  /** For one request. */
  readonly timeoutMs?: number;
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
  /** No wait for a retry or a rate limit goes beyond this time; milliseconds since the epoch. */
  readonly deadline?: number | undefined;
}

/** Query parameters; lists are repeated, absent values left out. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A bound on memory; queries whose answers are larger are split. */
export const MAX_ANSWER_BYTES = 8_000_000;
/** `request.bytes.max` of the platform API. */
export const MAX_REQUEST_BYTES = 512_000;

const MAX_ATTEMPTS = 6;
const BACKOFF = { baseMs: 1_000, maxMs: 30_000 };
/** For a 429 that does not say how long; Genesys' own clients wait 5 to 60 s as well. */
const RATE_BACKOFF = { baseMs: 5_000, maxMs: 60_000 };

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
  readonly #transport: Transport;
  readonly #tokens: TokenSource;
  readonly #random: () => number;
  readonly #closing = new AbortController();

  constructor(settings: ClientSettings) {
    const { clock = systemClock, timeoutMs = 30_000, maxBytes = MAX_ANSWER_BYTES, tls } = settings;
    this.endpoints = { apiUrl: settings.apiUrl, loginUrl: settings.loginUrl, region: settings.region };
    this.clock = clock;
    this.skew = new ClockSkew(clock);
    this.budget = new Budget({
      clock,
      ...(settings.concurrency !== undefined && { concurrency: settings.concurrency }),
    });
    this.#transport = new Transport({ clock, timeoutMs, maxBytes, tls });
    this.#tokens = new TokenSource(settings, this.#transport, clock);
    this.#random = settings.random ?? Math.random;
    // Every waiting call listens; a poll of a large organisation has many.
    setMaxListeners(0, this.#closing.signal);
  }

  get(path: string, query: Query = {}, options: CallOptions = {}): Promise<unknown> {
    return this.#call({ method: "GET", path, query, body: undefined, options });
  }

  /** All POSTs that this package makes are queries: they only read. */
  async post(path: string, body: unknown, query: Query = {}, options: CallOptions = {}): Promise<unknown> {
    const text = JSON.stringify(body);
    if (Buffer.byteLength(text) > MAX_REQUEST_BYTES) {
      throw new GenesysError("tooLarge", `${path}: the request is larger than ${MAX_REQUEST_BYTES} bytes`);
    }
    return this.#call({ method: "POST", path, query, body: text, options });
  }

  /** Fetches a token if there is none; shows whether the OAuth client is accepted. */
  async authenticate(): Promise<void> {
    await this.#tokens.get();
  }

  /** Cancels what is on its way; later calls fail at once. */
  async close(): Promise<void> {
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
        const retryAt = this.#retryAt(error, attempt);
        if (error.kind === "rateLimit" && retryAt !== undefined) this.budget.pause(retryAt);
        if (!error.transient || retryAt === undefined || attempt >= MAX_ATTEMPTS || retryAt > deadline)
          throw error;
        await sleep(this.clock, retryAt - this.clock.now(), stop);
      }
    }
  }

  /** When to repeat the call: the server's word, else exponential back-off with jitter. */
  #retryAt(error: GenesysError, attempt: number): number | undefined {
    if (error.facts.retryAt !== undefined) return undefined;
    const bounds = error.kind === "rateLimit" ? RATE_BACKOFF : BACKOFF;
    const backoff = backoffMs(attempt, { ...bounds, random: this.#random });
    const asked = error.facts.retryAfterMs;
    return this.clock.now() + (asked === undefined ? backoff : Math.max(asked, 100));
  }

  async #attempt(call: Call, deadline: number, signal: AbortSignal): Promise<unknown> {
    let answer = await this.#send(call, await this.#tokens.get(), deadline, signal);
    if (answer.status === 401) {
      this.#tokens.forget(answer.token);
      answer = await this.#send(call, await this.#tokens.get(), deadline, signal);
      if (answer.status === 401) this.#tokens.forget(answer.token);
    }
    const what = `${call.method} ${call.path}`;
    if (answer.status !== 200) throw errorFromAnswer(what, answer, this.clock.now());
    return parse(what, answer);
  }

  async #send(
    call: Call,
    token: string,
    deadline: number,
    signal: AbortSignal,
  ): Promise<Answer & { readonly token: string }> {
    const leave = await this.budget.enter(deadline, signal);
    const sentAt = this.clock.now();
    try {
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
      this.skew.observe(answer.headers.date, sentAt);
      // Before the next call gets this one's place; without the server's word, for as long as the retry will take.
      if (answer.status === 429) {
        const asked = retryAfterMs(answer.headers["retry-after"], this.clock.now());
        this.budget.pause(this.clock.now() + (asked ?? RATE_BACKOFF.baseMs / 10));
      }
      return { ...answer, token };
    } finally {
      leave();
    }
  }
}

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query: Query;
  readonly body: string | undefined;
  readonly options: CallOptions;
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
