import { createHash } from "node:crypto";
import type { Clock } from "../../time/clock";
import { backoffMs } from "../../time/backoff";
import { GenesysError } from "../errors";
import { numberOf, oneLine, textOf } from "../json";
import { errorFromAnswer, notJson } from "./error-answer";
import type { Answer, Transport } from "./transport";

/** Settings of a token source. */
export interface TokenSettings {
  /** Serves `/oauth/token`. */
  readonly loginUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether the next client with the same credentials goes on with the token: after a deploy. Default: no. */
  readonly handsOnToken?: boolean | undefined;
}

/** Renewed this long before it expires, so that no call starts with a token that dies on the way. */
const MARGIN_MS = 60_000;
/** Assumed lifetime without one in the answer: the shortest that Genesys Cloud lets a client have. */
const DEFAULT_LIFETIME_S = 300;
/** Waits after a refusal of the client, growing: nothing changes until a person acts. */
const REFUSED_RETRY = { baseMs: 120_000, maxMs: 900_000, random: () => 0.5 };
/** Waits after a fresh token was refused, which may pass by itself. */
const UNUSABLE_RETRY = { baseMs: 10_000, maxMs: 900_000, random: () => 0.5 };
/** A token refused within this time did not expire. */
const FRESH_MS = 60_000;

/** Times are those of the monotonic clock. */
interface Token {
  readonly value: string;
  readonly issuedAt: number;
  readonly renewAt: number;
  readonly life: TokenLife;
  /** Whether the API has taken it once. */
  accepted: boolean;
}

/** The life of a token; the same object as long as it is the same token. */
export interface TokenLife {
  /** By the monotonic clock. */
  readonly endsAt: number;
  /** How long before its end its users should have moved to the next one. */
  readonly marginMs: number;
}

/** Longest such margin; usually a fifth of the token's life. */
const LASTING_MARGIN_MS = 600_000;

/** Tokens that were handed on and not yet taken up, by a hash of the credentials. */
const handedOn = new Map<string, Token>();

/**
 * The access token of one OAuth client, by the client credentials grant: Basic authorization and a form body. It is
 * kept, shared, fetched by one request at a time, and renewed 60 s before it expires.
 */
export class TokenSource {
  readonly #settings: TokenSettings;
  readonly #transport: Transport;
  readonly #clock: Clock;
  #token: Token | undefined;
  #fetching: Promise<string> | undefined;
  #refusal: { readonly error: GenesysError; readonly retryAt: number } | undefined;
  #refusals = 0;
  /** Tokens in a row that the API refused although they were fresh. */
  #unusable = 0;
  #lacksPermission = false;

  constructor(settings: TokenSettings, transport: Transport, clock: Clock) {
    this.#settings = settings;
    this.#transport = transport;
    this.#clock = clock;
    if (!settings.handsOnToken) return;
    const key = keyOf(settings);
    this.#token = handedOn.get(key);
    handedOn.delete(key);
  }

  /** Hands the token on, unless it lacks a permission: a new one may have been granted it. */
  handOn(): void {
    if (this.#token && this.#settings.handsOnToken && !this.#lacksPermission)
      handedOn.set(keyOf(this.#settings), this.#token);
  }

  /** Notes that the API refused a call for want of a permission. */
  forbidden(): void {
    this.#lacksPermission = true;
  }

  /**
   * @throws GenesysError of kind `auth` when the client is refused (the same one for some minutes, without asking
   *   again), or any other kind when the token cannot be had now
   */
  async get(): Promise<string> {
    const now = this.#clock.monotonic();
    if (this.#token && now < this.#token.renewAt) return this.#token.value;
    if (this.#refusal && now < this.#refusal.retryAt) throw this.#refusal.error;
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  /** A token that lives for more than twice its margin; renews one that ends sooner, while it still works. */
  async lasting(): Promise<TokenLife> {
    await this.get();
    const known = this.#token;
    if (known && known.life.endsAt - this.#clock.monotonic() < 2 * known.life.marginMs + 1) {
      this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
      await this.#fetching;
    }
    const token = this.#token ?? known;
    if (!token) throw new GenesysError("token", "there is no access token");
    return token.life;
  }

  /** Notes that the API took `token`. */
  accepted(token: string): void {
    if (this.#token?.value !== token) return;
    this.#token.accepted = true;
    this.#unusable = 0;
  }

  /**
   * Forgets `token` after the API refused it, unless it has been renewed since. One that was refused right after it was
   * issued is a fault of its own: the next is fetched after a wait, which grows.
   */
  refused(token: string): void {
    const known = this.#token;
    if (known?.value !== token) return;
    this.#token = undefined;
    const now = this.#clock.monotonic();
    if (known.accepted || now - known.issuedAt > FRESH_MS) return;
    const waitMs = backoffMs(++this.#unusable, UNUSABLE_RETRY);
    this.#refusal = { error: unusableToken(waitMs), retryAt: now + waitMs };
  }

  async #fetch(): Promise<string> {
    const { loginUrl, clientId, clientSecret } = this.#settings;
    const answer = await this.#transport.send({
      method: "POST",
      url: `${loginUrl}/oauth/token`,
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    });
    if (answer.status !== 200) throw this.#refused(answer);
    const now = this.#clock.monotonic();
    const body = this.#read(answer);
    const lifetimeMs = Math.max(1, numberOf(body, "expires_in") ?? DEFAULT_LIFETIME_S) * 1000;
    const value = textOf(body, "access_token")!;
    const endsAt = now + lifetimeMs;
    const renewAt = endsAt - Math.min(MARGIN_MS, lifetimeMs / 5);
    const life = { endsAt, marginMs: Math.min(LASTING_MARGIN_MS, lifetimeMs / 5) };
    this.#token = { value, issuedAt: now, renewAt, life, accepted: false };
    this.#refusal = undefined;
    this.#refusals = 0;
    return value;
  }

  #read(answer: Answer): unknown {
    let body: unknown;
    try {
      body = JSON.parse(answer.body.toString("utf8"));
    } catch (cause) {
      throw new GenesysError("answer", `access token: ${notJson(answer)}`, { cause });
    }
    const token = textOf(body, "access_token");
    // What cannot stand in a header is not a token; sending it would throw with the token in the message.
    if (!token || !/^[\x21-\x7e]+$/.test(token)) {
      throw new GenesysError("answer", "access token: the answer holds no access_token");
    }
    return body;
  }

  /** A refused client stays refused until somebody acts; everything else may pass. */
  #refused(answer: Answer): GenesysError {
    const general = errorFromAnswer("access token", answer, this.#clock.now());
    const reason = refusalReason(answer);
    if (!reason && answer.status !== 401 && answer.status !== 403) return general;
    const error = new GenesysError(
      "auth",
      `Genesys Cloud refused the OAuth client (${reason ?? answer.status}): check client ID, client secret and ` +
        "region, and that the client is active and of grant type Client Credentials",
      general.facts,
    );
    this.#refusals++;
    this.#refusal = { error, retryAt: this.#clock.monotonic() + backoffMs(this.#refusals, REFUSED_RETRY) };
    return error;
  }
}

function keyOf({ loginUrl, clientId, clientSecret }: TokenSettings): string {
  return createHash("sha256")
    .update(JSON.stringify([loginUrl, clientId, clientSecret]))
    .digest("hex");
}

function unusableToken(waitMs: number): GenesysError {
  return new GenesysError(
    "token",
    "Genesys Cloud issues access tokens and does not accept them (401): check that base URL and login URL belong to " +
      `the same region, and that the organisation is not locked; tried again in ${Math.ceil(waitMs / 1000)} s`,
    { statusCode: 401 },
  );
}

/** `{ error: "invalid_client", description, error_description }`, as the login service answers. */
function refusalReason(answer: Answer): string | undefined {
  if (answer.status < 400 || answer.status >= 500 || answer.status === 408 || answer.status === 429)
    return undefined;
  try {
    const body: unknown = JSON.parse(answer.body.toString("utf8"));
    const error = textOf(body, "error");
    const description = textOf(body, "error_description") ?? textOf(body, "description");
    return error && oneLine([error, description].filter(Boolean).join(": "), 120);
  } catch {
    return undefined;
  }
}
