import { backoffMs } from "../../time/backoff";
import type { Clock } from "../../time/clock";

/** The content of a 429. */
export interface Refusal {
  /** How long to wait, where it says so. */
  readonly retryAfterMs: number | undefined;
  /** Whether the limit is the OAuth client's, not that of the asked resource. */
  readonly ofClient: boolean;
}

/** For a 429 that does not say how long; Genesys' own clients wait 5 to 60 s as well, but do not count. */
const BACKOFF = { baseMs: 5_000, maxMs: 300_000 };
/** Longest wait, whatever an answer asks for. */
const LONGEST_MS = 15 * 60_000;
const SHORTEST_MS = 100;

/** Stands for all resources. */
const CLIENT = "";

interface Pause {
  /** By the monotonic clock: nobody's setting of the time makes it longer. */
  until: number;
  /** 429s in a row without a time. */
  refusals: number;
  /** The newest call when the last 429 was noted: calls up to it left before that. */
  newest: number;
}

/**
 * Keeps the pauses after 429s, on all calls of the OAuth client or on those of one resource. Without a time in the 429,
 * waits grow with every one in a row, over all polls and nodes of the client; the first other answer resets them.
 */
export class Pauses {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #pauses = new Map<string, Pause>();

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How long calls of a resource still wait, in milliseconds; without one: how long any call does. */
  waitMs(resource = CLIENT): number | undefined {
    const until = Math.max(...[CLIENT, resource].map((scope) => this.#pauses.get(scope)?.until ?? -Infinity));
    const wait = until - this.#clock.monotonic();
    return wait > 0 ? wait : undefined;
  }

  /**
   * Notes a 429.
   *
   * @param call serial number of the call that got it. @param newest that of the newest call
   */
  refused(resource: string, { retryAfterMs, ofClient }: Refusal, call: number, newest: number): void {
    const scope = ofClient ? CLIENT : resource;
    const pause = this.#pauses.get(scope) ?? { until: -Infinity, refusals: 0, newest: 0 };
    this.#pauses.set(scope, pause);
    // Calls that were under way together are refused together: that is one refusal.
    const first = call > pause.newest;
    if (first && retryAfterMs === undefined) pause.refusals++;
    if (first) pause.newest = newest;
    if (first || retryAfterMs !== undefined) {
      const backoff = () => backoffMs(pause.refusals, { ...BACKOFF, random: this.#random });
      const wait = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, retryAfterMs ?? backoff()));
      pause.until = Math.max(pause.until, this.#clock.monotonic() + wait);
    }
  }

  /** Notes an answer that is no 429. */
  answered(resource: string, call: number): void {
    for (const scope of [CLIENT, resource]) {
      if (call > (this.#pauses.get(scope)?.newest ?? Infinity)) this.#pauses.delete(scope);
    }
  }
}
