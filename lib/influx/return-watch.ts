import type { Clock, Timer } from "../time/clock";

/** Between two looks at a server that is away. */
const LOOK_MS = 5_000;

export interface ReturnWatchOptions {
  readonly clock: Clock;
  /** Asks the server for nothing; whether it answers. Ends early when the signal aborts. */
  readonly ping: (signal: AbortSignal) => Promise<boolean>;
  /** The server was away, and answers again. */
  readonly onReturn: () => void;
}

/**
 * Finds out that a server which was away is back, by a cheap look every few seconds, so that nobody has to wait for the
 * end of a long back-off. A server that answers a look while it refuses lines is not away: then the back-off holds.
 */
export class ReturnWatch {
  readonly #options: ReturnWatchOptions;
  #timer: Timer | undefined;
  #abort: AbortController | undefined;
  #away = false;

  constructor(options: ReturnWatchOptions) {
    this.#options = options;
  }

  /** A request failed for want of a server: looks at once, and again as long as the server is away. */
  failed(): void {
    if (!this.#timer && !this.#abort) void this.#look();
  }

  /** Ends a look on its way: a real request tells more. */
  rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = undefined;
  }

  /** Lines were written, or nothing more will be. */
  end(): void {
    this.rest();
    this.#away = false;
  }

  async #look(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const answers = await this.#options.ping(abort.signal);
    if (abort.signal.aborted) return;
    this.#abort = undefined;
    const returned = answers && this.#away;
    this.#away = !answers;
    if (returned) this.#options.onReturn();
    if (answers) return;
    this.#timer = this.#options.clock.after(LOOK_MS, () => {
      this.#timer = undefined;
      void this.#look();
    });
  }
}
