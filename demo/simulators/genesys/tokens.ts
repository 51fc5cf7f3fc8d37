import { randomBytes } from "node:crypto";
import type { Clock } from "../../../lib/time/clock";
import { badCredentials, expiredCredentials } from "./errors";

/** An answer of the token endpoint. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The one OAuth client, and how long its tokens live. */
export interface TokenSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly lifetimeS: number;
  /** A token that nobody used for this long is dead, whatever its lifetime (as in HIPAA organisations). */
  readonly idleTimeoutS: number | undefined;
}

interface Token {
  readonly expiresAt: number;
  usedAt: number;
}

const refuse = (status: number, error: string, description: string): TokenAnswer => ({
  status,
  body: { error, description, error_description: description },
});

/** `/oauth/token` for client credentials, and the tokens it has given out. */
export class TokenIssuer {
  readonly #tokens = new Map<string, Token>();

  constructor(
    readonly settings: TokenSettings,
    readonly clock: Clock,
  ) {}

  /** How many tokens were asked for with the right credentials. */
  issued = 0;

  /** Answers a token request. Credentials come in a Basic header or in the form body. */
  grant(
    method: string,
    headers: { authorization?: string; contentType?: string },
    body: string,
  ): TokenAnswer {
    if (method !== "POST") return refuse(405, "invalid_request", "method not allowed");
    if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers.contentType ?? "")) {
      return refuse(415, "invalid_request", "content type must be application/x-www-form-urlencoded");
    }
    const form = new URLSearchParams(body);
    if (!form.has("grant_type")) return refuse(400, "invalid_request", "missing grant_type");
    if (form.get("grant_type") !== "client_credentials") {
      return refuse(400, "unsupported_grant_type", "unsupported grant type");
    }
    const credentials = basic(headers.authorization) ?? {
      id: form.get("client_id") ?? "",
      secret: form.get("client_secret") ?? "",
    };
    if (credentials.id !== this.settings.clientId) return refuse(400, "invalid_client", "client not found");
    if (credentials.secret !== this.settings.clientSecret) {
      return { status: 401, body: { error: "invalid_client", description: "authentication failed" } };
    }
    this.issued++;
    const access_token = randomBytes(48).toString("base64url");
    const now = this.clock.now();
    this.#tokens.set(access_token, { expiresAt: now + this.settings.lifetimeS * 1000, usedAt: now });
    return {
      status: 200,
      body: { access_token, token_type: "bearer", expires_in: Math.max(0, this.settings.lifetimeS - 1) },
    };
  }

  /** Lets a request with a good token through; returns the token. */
  check(authorization: string | undefined): string {
    const value = /^bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
    const token = value === undefined ? undefined : this.#tokens.get(value);
    if (value === undefined || !token) throw badCredentials();
    if (!this.isAlive(value)) throw expiredCredentials();
    token.usedAt = this.clock.now();
    return value;
  }

  /** Whether a token still lets anybody in. */
  isAlive(value: string): boolean {
    const token = this.#tokens.get(value);
    const now = this.clock.now();
    const idleMs = (this.settings.idleTimeoutS ?? Infinity) * 1000;
    return token !== undefined && now < token.expiresAt && now - token.usedAt < idleMs;
  }

  /** Makes every token given out so far worthless. */
  revoke(): void {
    this.#tokens.clear();
  }
}

function basic(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? { id: text, secret: "" } : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
