import { backoffMs } from "../time/backoff";
import type { Clock } from "../time/clock";
import type { ConnectionSettings } from "./connection";

/** Nothing that a server asks for keeps us from trying for longer. */
const LONGEST_MS = 15 * 60_000;
/** What a server that asks for mercy gets at least, whatever it asks: 0 seconds, a date that is past, or nothing. */
const OWN = { baseMs: 1_000, maxMs: 60_000 };

/**
 * A server's wish to be left alone for a while (429, `Retry-After`). It is measured by a clock that nobody sets, and
 * outlives a redeploy.
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

  /** The server took lines. */
  end(): void {
    this.#asked = 0;
    this.#until = -Infinity;
  }

  /** Milliseconds that are left. */
  remaining(clock: Clock): number {
    return Math.max(0, Math.ceil(this.#until - clock.monotonic()));
  }
}

const pauses = new Map<string, ServerPause>();

/** The pause of one organisation at one server, shared by everything in this process that writes there. */
export function pauseOf({ url, org }: Pick<ConnectionSettings, "url" | "org">): ServerPause {
  const key = JSON.stringify([url, org]);
  let pause = pauses.get(key);
  if (!pause) pauses.set(key, (pause = new ServerPause()));
  return pause;
}
