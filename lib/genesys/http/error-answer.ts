import { retryAfterMs } from "../../http/retry-after";
import { type FailureFacts, type FailureKind, GenesysError } from "../errors";
import { isObject, numberOf, oneLine, textOf } from "../json";
import type { Refusal } from "./pauses";
import type { Answer } from "./transport";

/**
 * Turns an answer of status 300 or above into an error that says what happened and what to do.
 *
 * The platform API's body is `{ message, code, status, contextId, limit: { namespace, key, value }, details, errors }`.
 * A proxy or gateway in between may answer with HTML or plain text.
 *
 * @param what the call, in words for the message
 */
export function errorFromAnswer(what: string, answer: Answer, nowMs: number): GenesysError {
  const { status, headers } = answer;
  const body = parsed(answer);
  const apiCode = textOf(body, "code");
  const facts: FailureFacts = {
    statusCode: status,
    apiCode,
    contextId: textOf(body, "contextId") ?? single(headers["inin-correlation-id"]),
    limit: limitOf(body),
    permissions: permissionsOf(body),
    retryAfterMs: waitOf(answer, body, nowMs),
  };
  const said = textOf(body, "message") ?? (body === undefined ? notJson(answer) : undefined);
  const parts = [
    `${what}: ${headline(answer, facts)}`,
    said && oneLine(said),
    apiCode && `code ${oneLine(apiCode, 80)}`,
    facts.limit && `limit ${facts.limit}`,
    facts.contextId && `contextId ${oneLine(facts.contextId, 80)}`,
  ];
  return new GenesysError(kindOf(status, said), parts.filter(Boolean).join("; "), facts);
}

/** Limits of the whole OAuth client, of its token or of the organisation; any other is that of a resource. */
const OF_CLIENT = { namespaces: ["platform.api", "auth.api"], key: /^(?:client|token|org)\b/ };

/** Reads a 429: how long to wait, and whether only the asked resource is limited. */
export function refusalOf(answer: Answer, nowMs: number): Refusal {
  const body = parsed(answer);
  const limit = isObject(body) ? body["limit"] : undefined;
  const [namespace, key] = [textOf(limit, "namespace"), textOf(limit, "key")];
  const ofResource =
    (namespace ?? key) !== undefined &&
    !OF_CLIENT.namespaces.includes(namespace ?? "") &&
    !OF_CLIENT.key.test(key ?? "");
  return { retryAfterMs: waitOf(answer, body, nowMs), ofClient: !ofResource };
}

/** The header, or what the words of the platform's 429 say. */
function waitOf({ headers }: Answer, body: unknown, nowMs: number): number | undefined {
  const header = retryAfterMs(headers["retry-after"], nowMs, headers.date);
  if (header !== undefined) return header;
  const seconds = /Retry the request in \[(\d+)\] seconds/.exec(textOf(body, "message") ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** How an answer that should be JSON looks instead, in words that point to the usual culprit. */
export function notJson(answer: Answer): string {
  const text = answer.body.subarray(0, 4096).toString("utf8").trimStart();
  if (text === "") return "the answer is empty";
  if (text.startsWith("<")) {
    const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1];
    return `the answer is HTML${title ? ` ("${oneLine(title, 80)}")` : ""}, as from a proxy or a sign-in page; check the base URL and the proxy`;
  }
  return `the answer is not JSON: "${oneLine(text, 80)}"`;
}

function headline({ status, proxy }: Answer, { permissions }: FailureFacts): string {
  switch (status) {
    case 401:
      return "Genesys Cloud does not accept the token (401)";
    case 403:
      return permissions
        ? `the OAuth client's roles lack the permission ${permissions.join(", ")} (403)`
        : "the OAuth client's roles or divisions do not allow this (403)";
    case 404:
      return "not found at this address (404); does the base URL lead to the Genesys Cloud API?";
    case 413:
      return "the request is too large (413)";
    case 429:
      return "rate limit reached (429)";
    default: {
      if (status < 400) return `answered with a redirect (${status}); check the base URL`;
      const who = proxy ? `Genesys Cloud, or the proxy ${proxy},` : "Genesys Cloud";
      return status >= 500 ? `${who} failed (${status})` : `${who} refused the request (${status})`;
    }
  }
}

/**
 * Words of a 400 that means as much as a 413. No official text is known: these are the ones that public collectors have
 * met ("result set is larger than result limit", "too many predicates", "exceeds the maximum number of groups").
 */
const ABOUT_SIZE = new RegExp(
  [
    /\blarger than\b/,
    /\btoo (?:large|big|many (?:predicates|groups|results|rows|intervals|buckets))\b/,
    /\bexceed\w* (?:the )?(?:max\w*|limit|allowed|result)/,
    /\bmaximum number of (?:predicates|groups|results|rows|intervals|buckets)/,
    /\bresult(?: set)? (?:size )?limit\b/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

function kindOf(status: number, said: string | undefined): FailureKind {
  switch (status) {
    case 400:
      return said !== undefined && ABOUT_SIZE.test(said) ? "tooLarge" : "badRequest";
    case 401:
      return "auth";
    case 403:
      return "forbidden";
    case 404:
      return "notFound";
    case 408:
      return "timeout";
    case 413:
      return "tooLarge";
    case 429:
      return "rateLimit";
    default:
      if (status < 400) return "answer";
      return status >= 500 ? "server" : "badRequest";
  }
}

function parsed(answer: Answer): unknown {
  try {
    const body: unknown = JSON.parse(answer.body.toString("utf8"));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function limitOf(body: unknown): string | undefined {
  const limit = isObject(body) ? body["limit"] : undefined;
  const key = textOf(limit, "key");
  const namespace = textOf(limit, "namespace");
  if (!key && !namespace) return undefined;
  const value = numberOf(limit, "value");
  return oneLine(
    [namespace, key].filter(Boolean).join(": ") + (value === undefined ? "" : ` (${value})`),
    160,
  );
}

/** Finds permissions in the message and its params; their names have three parts: `analytics:queueObservation:view`. */
function permissionsOf(body: unknown): string[] | undefined {
  if (!isObject(body) || body["status"] !== 403) {
    if (!/permission/.test(textOf(body, "code") ?? "")) return undefined;
  }
  const text = JSON.stringify([
    isObject(body)
      ? [body["message"], body["messageParams"], body["messageWithParams"], body["details"]]
      : "",
  ]);
  const found = text.match(/\b[a-zA-Z]+:[a-zA-Z]+:(?:[a-zA-Z]+|\*)/g);
  return found ? [...new Set(found)] : undefined;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
