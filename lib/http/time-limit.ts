import type { Clock } from "../time/clock";

/** Why a request was ended from our side. */
export type Ended = "timeout" | "aborted";

/**
 * Ends a request that takes too long, or that its caller aborts. Call `clear` when the request is over.
 *
 * @param onEnd called once, if either happens
 */
export function limitTime(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  onEnd: (why: Ended) => void,
): { clear(): void } {
  const clear = () => {
    timer.cancel();
    signal?.removeEventListener("abort", abort);
  };
  const end = (why: Ended) => {
    clear();
    onEnd(why);
  };
  const abort = () => end("aborted");
  const timer = clock.after(timeoutMs, () => end("timeout"));
  signal?.addEventListener("abort", abort, { once: true });
  return { clear };
}

/** The message for a request that took too long. */
export function tooSlow(timeoutMs: number, host?: string): string {
  return `no complete answer${host === undefined ? "" : ` from ${host}`} within ${timeoutMs / 1000} s`;
}
