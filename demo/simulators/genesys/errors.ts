/** Parts of the platform's error body beside message, code and status. */
export interface ErrorDetails {
  readonly messageWithParams?: string;
  readonly messageParams?: Readonly<Record<string, string>>;
  readonly limit?: { readonly namespace: string; readonly key: string; readonly value: number };
  readonly details?: readonly { readonly errorCode: string; readonly fieldName: string }[];
}

/** A refusal in the form in which the platform words it (`ErrorBody` of the API description). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: ErrorDetails = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  body(contextId: string): Record<string, unknown> {
    const { message, code, status } = this;
    return { message, code, status, contextId, details: [], errors: [], ...this.more };
  }
}

/** 400: a value that a field does not take, worded as the platform words it. */
export function invalidValue(value: unknown, field: string, allowed?: readonly string[]): ApiError {
  const shown =
    value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const list = allowed ? ` Allowable values are: ${allowed.join(", ")}` : "";
  return new ApiError(
    400,
    "invalid.value",
    `Value [${shown}] is not valid for field type [${field}].${list}`,
  );
}

/** 400 without a hint at the cause: what the platform answers to metrics that it lists but does not serve. */
export function badRequest(
  message = "The request could not be understood by the server due to malformed syntax.",
): ApiError {
  return new ApiError(400, "bad.request", message);
}

/** 400: a required field is absent. */
export function missingField(field: string): ApiError {
  return new ApiError(400, "constraint.validation", `The field [${field}] must not be null.`, {
    details: [{ errorCode: "constraint.validation", fieldName: field }],
  });
}

/** 401 of the API itself, not of the token endpoint. */
export function badCredentials(): ApiError {
  return new ApiError(401, "bad.credentials", "Invalid login credentials.");
}

/** 401: the token was good once. */
export function expiredCredentials(): ApiError {
  return new ApiError(401, "credentials.expired", "The supplied credentials are expired and cannot be used.");
}

/** 403: the roles of the OAuth client lack every one of `permissions`. */
export function missingPermissions(permissions: readonly string[]): ApiError {
  const list = `[${permissions.join(", ")}]`;
  const any = permissions.length > 1;
  const text = any
    ? "Unable to perform the requested action. You must have at least one of the following permissions assigned: "
    : "Unable to perform the requested action. You are missing the following permission(s): ";
  return new ApiError(403, any ? "missing.any.permissions" : "missing.permissions", text + list, {
    messageWithParams: `${text}{permissions}`,
    messageParams: { permissions: list },
  });
}

/** The limit of one OAuth client's token over all resources. */
const TOKEN_RATE = { namespace: "platform.api", key: "client.credentials.token.rate.per.minute" };

/**
 * 429.
 *
 * @param retryAfter the `Retry-After` header, seconds or an HTTP date; `null` for the old kind of 429, which has none
 * @param limit the limit that was hit; a number stands for the client's rate
 */
export function tooManyRequests(
  retryAfter: number | string | null,
  limit: number | NonNullable<ErrorDetails["limit"]>,
): ApiError {
  const more = { limit: typeof limit === "number" ? { ...TOKEN_RATE, value: limit } : limit };
  const text = "Rate limit exceeded the maximum.";
  if (retryAfter === null) return new ApiError(429, "too.many.requests", text, more);
  return new ApiError(
    429,
    "too.many.requests.retry.after",
    `${text} Retry the request in [${typeof retryAfter === "number" ? retryAfter : 5}] seconds`,
    more,
    { "Retry-After": String(retryAfter) },
  );
}

/** How the service words that an answer would be too large: 413, or one of several 400s. */
export type TooLarge = "413" | "result limit" | "predicates" | "groups" | "unexplained";

const TOO_LARGE: Readonly<Record<Exclude<TooLarge, "413" | "unexplained">, string>> = {
  "result limit": "The result set is larger than result limit.",
  predicates: "Too many predicates in the query.",
  groups: "The query exceeds the maximum number of groups.",
};

/** The refusal of an answer that would be too large. */
export function tooLarge(how: TooLarge): ApiError {
  if (how === "413") return new ApiError(413, "request.entity.too.large", "The result is too large.");
  return how === "unexplained" ? badRequest() : badRequest(TOO_LARGE[how]);
}
