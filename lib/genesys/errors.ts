import { asError } from "../terms/as-error";
/**
 * The kind of a failure, which says what can be done about it.
 *
 * - `auth`: the OAuth client or its token was refused
 * - `token`: a token that had just been issued was refused
 * - `forbidden`: the OAuth client lacks a permission
 * - `rateLimit`: a limit of Genesys Cloud is reached; the message says until when
 * - `badRequest`: Genesys Cloud refused the request itself
 * - `notFound`: there is no such endpoint or entity at this address
 * - `noSuchQueue`, `noSuchAgent`: what was chosen does not exist, or no division of the OAuth client's role holds it
 * - `seesNoQueues`, `seesNoAgents`: the OAuth client may list them, and there is none in its divisions
 * - `tooLarge`: request or answer exceed a size limit; ask for less at once
 * - `server`: the server failed (5xx)
 * - `network`: no answer, or a broken one
 * - `tls`: a certificate or the handshake is wrong; a person must change settings
 * - `proxy`: the proxy refuses, or the variable that names it is wrong; a person must change that
 * - `timeout`: no answer in time
 * - `answer`: the answer breaks the API's promises
 * - `aborted`: cancelled by us, as the node is closing
 */
export const FAILURE_KINDS = [
  "auth",
  "token",
  "forbidden",
  "rateLimit",
  "badRequest",
  "notFound",
  "noSuchQueue",
  "noSuchAgent",
  "seesNoQueues",
  "seesNoAgents",
  "tooLarge",
  "server",
  "network",
  "tls",
  "proxy",
  "timeout",
  "answer",
  "aborted",
] as const;
/** One of {@link FAILURE_KINDS}. */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Further facts about a failure, where the answer holds them. */
export interface FailureFacts {
  /** HTTP status. */
  readonly statusCode?: number | undefined;
  /** `code` of the error body, such as `too.many.requests.retry.after`. */
  readonly apiCode?: string | undefined;
  /** Genesys support asks for it: `contextId` of the body, or the correlation header. */
  readonly contextId?: string | undefined;
  /** The limit that was hit, such as `analytics: client.credentials.token.rate.per.minute (300)`. */
  readonly limit?: string | undefined;
  /** Permissions that the OAuth client lacks. */
  readonly permissions?: readonly string[] | undefined;
  /** Milliseconds the server asks to wait. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Any failure of a call to Genesys Cloud. Its message is meant for the user and holds no secret. */
export class GenesysError extends Error {
  readonly kind: FailureKind;
  readonly facts: FailureFacts;
  /**
   * For `msg.error.code` on Catch nodes: the API's own code, or our word for it. A property of its own, as Node-RED hands
   * on no other.
   */
  readonly code: string;

  constructor(kind: FailureKind, message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "GenesysError";
    this.kind = kind;
    this.facts = facts;
    this.code = facts.apiCode ?? kind;
  }

  /** HTTP status, where there was an answer. */
  get statusCode(): number | undefined {
    return this.facts.statusCode;
  }

  /**
   * Whether the same request may succeed a little later. All our requests only read, so repeating one is safe.
   * 501 is left out, as in Genesys' own clients.
   */
  get transient(): boolean {
    if (this.kind === "server") return this.facts.statusCode !== 501;
    return this.kind === "rateLimit" || this.kind === "network" || this.kind === "timeout";
  }
}

/** Turns any thrown value into an error of this package. */
export function asGenesysError(error: unknown): GenesysError {
  if (error instanceof GenesysError) return error;
  const message = asError(error).message;
  return new GenesysError("answer", message, { cause: error });
}
