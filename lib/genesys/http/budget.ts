import { type Clock, sleep } from "../../time/clock";
import { GenesysError } from "../errors";

export interface BudgetSettings {
  readonly clock: Clock;
  /** Requests on their way at the same time. */
  readonly concurrency?: number;
}

/** Requests per minute and OAuth client that Genesys Cloud allows unless support raised it. */
const DEFAULT_ALLOWED = 300;
/** The part of the allowance that we use: others may share the OAuth client. */
const SHARE = 0.9;
const WINDOW_MS = 60_000;

/** What the server last said of its own count, by its `inin-ratelimit-*` headers. */
interface ServerWindow {
  readonly allowed: number;
  count: number;
  readonly resetAt: number;
}

/**
 * The calls that one OAuth client may make: a bound on concurrency, a rate kept below the allowance (our own count
 * over the last minute, and the server's count from its headers), and the pause that a 429 imposes on everybody.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #waiting: (() => void)[] = [];
  /** Start times of our calls in the last minute, oldest first. */
  #starts: number[] = [];
  #server: ServerWindow | undefined;
  #running = 0;
  #pausedUntil = 0;
  readonly #listeners = new Set<() => void>();

  constructor({ clock, concurrency = 4 }: BudgetSettings) {
    this.#clock = clock;
    this.#concurrency = concurrency;
  }

  /** When calls go on after a 429, milliseconds since the epoch; `undefined` when nothing holds them. */
  get pausedUntil(): number | undefined {
    return this.#pausedUntil > this.#clock.now() ? this.#pausedUntil : undefined;
  }

  /** Used part of the allowance, 0 to 1, by the higher of the two counts. */
  get used(): number {
    const now = this.#clock.now();
    this.#forgetOld(now);
    const server = this.#current(now);
    const own = this.#starts.length / (server?.allowed ?? DEFAULT_ALLOWED);
    return Math.min(1, Math.max(own, server ? server.count / server.allowed : 0));
  }

  /** Calls `listener` whenever a pause starts or grows. @returns ends that */
  onPause(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Waits until a call may start, and counts it.
   *
   * @param deadline a pause beyond it is not waited for; milliseconds since the epoch
   * @returns to be called when the call is over
   * @throws GenesysError of kind `rateLimit` when the pause is longer than the deadline allows, or the signal's reason
   */
  async enter(deadline: number, signal?: AbortSignal): Promise<() => void> {
    await this.#slot(signal);
    try {
      for (let wait = this.#waitMs(deadline); wait > 0; wait = this.#waitMs(deadline)) {
        await sleep(this.#clock, wait, signal);
      }
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#starts.push(this.#clock.now());
    if (this.#server) this.#server.count++;
    let left = false;
    return () => {
      if (!left) this.#leave();
      left = true;
    };
  }

  /** Holds all calls until `until`, milliseconds since the epoch. */
  pause(until: number): void {
    if (until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    for (const listener of this.#listeners) listener();
  }

  /** Reads the rate headers of any answer: allowed and counted requests, and seconds until the count starts anew. */
  observe(headers: Readonly<Record<string, string | string[] | undefined>>): void {
    const [allowed, count, reset] = ["allowed", "count", "reset"].map((name) => {
      const value = headers[`inin-ratelimit-${name}`];
      return typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
    });
    if (!allowed || count === undefined || reset === undefined) return;
    const resetAt = this.#clock.now() + Math.min(reset * 1000, 5 * WINDOW_MS);
    // Answers may overtake each other: within one window the count only grows.
    const known = this.#current(this.#clock.now());
    const same = known && Math.abs(known.resetAt - resetAt) < 2_000;
    this.#server = { allowed, count: same ? Math.max(count, known.count) : count, resetAt };
  }

  #waitMs(deadline: number): number {
    const now = this.#clock.now();
    if (this.#pausedUntil > now) {
      if (this.#pausedUntil > deadline) throw pausedError(this.#pausedUntil);
      return this.#pausedUntil - now;
    }
    const server = this.#current(now);
    if (server && server.count >= Math.floor(server.allowed * SHARE)) return server.resetAt - now;
    this.#forgetOld(now);
    const limit = Math.max(1, Math.floor((server?.allowed ?? DEFAULT_ALLOWED) * SHARE));
    return this.#starts.length < limit ? 0 : this.#starts[this.#starts.length - limit]! + WINDOW_MS - now;
  }

  #current(now: number): ServerWindow | undefined {
    if (this.#server && now >= this.#server.resetAt) this.#server = undefined;
    return this.#server;
  }

  #forgetOld(now: number): void {
    const firstKept = this.#starts.findIndex((start) => start > now - WINDOW_MS);
    this.#starts = firstKept < 0 ? [] : this.#starts.slice(firstKept);
  }

  async #slot(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running < this.#concurrency) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal?.reason instanceof Error ? signal.reason : new GenesysError("aborted", "cancelled"));
      };
      this.#waiting.push(go);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Hands the slot to the call that has waited longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}

/** The error of a call that was not made because a pause lasts too long for it. */
function pausedError(until: number): GenesysError {
  const time = new Date(until).toISOString().slice(11, 19);
  return new GenesysError("rateLimit", `rate limit reached, no request is sent before ${time} UTC`, {
    retryAt: until,
  });
}
