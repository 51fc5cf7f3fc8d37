import { backoffMs } from "../time/backoff";
import type { Clock } from "../time/clock";
import type { ConnectionSettings } from "./connection";

/** Longest wait that a server may ask for. */
const LONGEST_MS = 15 * 60_000;
/** Least wait for a server that asks for one without a usable time: 0 seconds, a past date, or none. */
const OWN = { baseMs: 1_000, maxMs: 60_000 };

/**
 * A server's wish for a pause (429, `Retry-After`), measured by the monotonic clock. It outlives a redeploy.
 */
export class ServerPause {
  #until = -Infinity;
  #asked = 0;

  /**
   * Notes that the server asked to wait.
   *
   * @param askedMs for how long, where it said so
   * @returns how long to wait
   */
  ask(askedMs: number | undefined, clock: Clock): number {
    const own = backoffMs(++this.#asked, OWN);
    const wait = Math.min(Math.max(askedMs ?? 0, own), LONGEST_MS);
    this.#until = Math.max(this.#until, clock.monotonic() + wait);
    return this.remaining(clock);
  }

  /** Ends the pause: the server has stored lines. */
  end(): void {
    this.#asked = 0;
    this.#until = -Infinity;
  }

  /** Milliseconds left. */
  remaining(clock: Clock): number {
    return Math.max(0, Math.ceil(this.#until - clock.monotonic()));
  }
}

const pauses = new Map<string, ServerPause>();

/** The pause of one organisation at one server, shared by all writers of this process. */
export function pauseOf({ url, org }: Pick<ConnectionSettings, "url" | "org">): ServerPause {
  const key = JSON.stringify([url, org]);
  let pause = pauses.get(key);
  if (!pause) pauses.set(key, (pause = new ServerPause()));
  return pause;
}
