import type { Clock, Timer } from "../time/clock";

/** Time between two pings of a server that cannot be reached. */
const LOOK_MS = 5_000;

/** Parts of the watch. */
export interface ReturnWatchOptions {
  readonly clock: Clock;
  /** Whether the server answers; ends early when the signal aborts. */
  readonly ping: (signal: AbortSignal) => Promise<boolean>;
  /** Called when the server answers again. */
  readonly onReturn: () => void;
}

/**
 * Pings a server that could not be reached every few seconds, so that a long back-off can end early. A server that
 * answers pings and refuses lines is not away: then the back-off holds.
 */
export class ReturnWatch {
  readonly #options: ReturnWatchOptions;
  #timer: Timer | undefined;
  #abort: AbortController | undefined;
  #away = false;

  constructor(options: ReturnWatchOptions) {
    this.#options = options;
  }

  /** Starts: a request did not reach the server. */
  failed(): void {
    if (!this.#timer && !this.#abort) void this.#look();
  }

  /** Ends a ping on its way, as a real request says more. */
  rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = undefined;
  }

  /** Ends: lines were written, or the writer closes. */
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
