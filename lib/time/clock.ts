/** A timer that can be cancelled. */
export interface Timer {
  cancel(): void;
}

/**
 * The one source of time in this package. Production code takes it as a parameter, so that tests can run hours of
 * token lifetimes, back-offs and flush intervals in milliseconds.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, as `Date.now()`. */
  now(): number;
  /**
   * Milliseconds since an arbitrary moment, by a clock that cannot be set: for every wait and every age, as `now()`
   * jumps when the system clock is corrected.
   */
  monotonic(): number;
  /** Calls `callback` once, `delayMs` milliseconds from now. */
  after(delayMs: number, callback: () => void): Timer;
}

/** The largest delay that Node's timers take; beyond it they fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Real time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/**
 * Resolves after `delayMs` on `clock`. Rejects with the signal's reason when `signal` aborts first.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => {
      timer.cancel();
      reject(abortReason(signal));
    };
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", fail);
      resolve();
    });
    if (signal?.aborted) fail();
    else signal?.addEventListener("abort", fail, { once: true });
  });
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error("aborted");
}
