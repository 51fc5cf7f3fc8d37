/** Bounds of an exponential back-off, in milliseconds. */
export interface BackoffOptions {
  /** Upper bound of the first wait. */
  readonly baseMs: number;
  /** Upper bound of every wait. */
  readonly maxMs: number;
  /** A number in [0, 1); `Math.random` unless a test says otherwise. */
  readonly random?: () => number;
}

/**
 * The wait before retry number `attempt` (1 = first retry): exponential with full jitter, so that many collectors
 * that failed together do not return together. Never below a tenth of the base, so that a lucky draw is still a wait.
 */
export function backoffMs(attempt: number, { baseMs, maxMs, random = Math.random }: BackoffOptions): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(0, attempt - 1), 30));
  const floor = baseMs / 10;
  return Math.round(floor + random() * (ceiling - floor));
}
