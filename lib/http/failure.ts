/** A request without an answer: Node's error code, or that of a `ProxyError`, and the words for it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Reads any thrown value. An `AggregateError` of Node (several addresses were tried) has no message, only a code. */
export function failureOf(cause: unknown): Failure {
  if (!(cause instanceof Error)) return { code: "", message: String(cause) };
  const { code } = cause as { code?: unknown };
  const known = typeof code === "string" ? code : "";
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    const first = failureOf(cause.errors[0]);
    return { code: known || first.code, message: first.message };
  }
  return { code: known, message: cause.message || known || cause.name };
}
