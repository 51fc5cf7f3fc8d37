import type { Clock } from "../../../lib/time/clock";
import { tooManyRequests } from "./errors";

const WINDOW_MS = 60_000;

/** Requests per minute and OAuth client, in windows of a minute, with the platform's headers. */
export class RateLimit {
  #startedAt = -Infinity;
  #count = 0;

  constructor(
    readonly perMinute: number,
    readonly clock: Clock,
  ) {}

  /** Counts a request; throws 429 when the window is used up. Returns the headers of the answer. */
  count(): Record<string, string> {
    const now = this.clock.now();
    if (now >= this.#startedAt + WINDOW_MS) {
      this.#startedAt = now;
      this.#count = 0;
    }
    this.#count++;
    const resetS = Math.max(1, Math.ceil((this.#startedAt + WINDOW_MS - now) / 1000));
    const headers = {
      "inin-ratelimit-allowed": String(this.perMinute),
      "inin-ratelimit-count": String(this.#count),
      "inin-ratelimit-reset": String(resetS),
    };
    if (this.#count > this.perMinute) {
      const error = tooManyRequests(resetS, this.perMinute);
      Object.assign(error.headers, headers);
      throw error;
    }
    return headers;
  }
}
