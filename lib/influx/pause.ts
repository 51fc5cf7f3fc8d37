/** A server's wish to be left alone for a while (`Retry-After`), which outlives a redeploy. */
class ServerPause {
  #untilMs = 0;

  until(untilMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, untilMs);
  }

  /** Milliseconds that are left. */
  remaining(nowMs: number): number {
    return Math.max(0, this.#untilMs - nowMs);
  }
}

const pauses = new Map<string, ServerPause>();

/** The pause of the server at this URL, shared by everything in this process that writes there. */
export function pauseOf(url: string): ServerPause {
  let pause = pauses.get(url);
  if (!pause) pauses.set(url, (pause = new ServerPause()));
  return pause;
}
