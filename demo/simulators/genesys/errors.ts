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

/** 429 with its `Retry-After`. */
export function tooManyRequests(retryAfterS: number, limit: number): ApiError {
  return new ApiError(
    429,
    "too.many.requests.retry.after",
    `Rate limit exceeded the maximum. Retry the request in [${retryAfterS}] seconds`,
    { limit: { namespace: "platform.api", key: "client.credentials.token.rate.per.minute", value: limit } },
    { "Retry-After": String(retryAfterS) },
  );
}
