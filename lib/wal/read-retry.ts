import type { Clock, Timer } from "../time/clock";
import { asError } from "../terms/as-error";

const RETRY_MS = 5_000;

/** Reads the log again after a failure, until it works. */
export class ReadRetry {
  readonly #clock: Clock;
  readonly #onError: (error: Error | undefined) => void;
  readonly #again: () => void;
  #timer: Timer | undefined;
  #failing = false;

  /**
   * @param onError called at each failure, and with `undefined` when reading works again
   * @param again reads again
   */
  constructor(clock: Clock, onError: (error: Error | undefined) => void, again: () => void) {
    this.#clock = clock;
    this.#onError = onError;
    this.#again = again;
  }

  /** Whether the next try is still to come. */
  get waiting(): boolean {
    return this.#timer !== undefined;
  }

  worked(): void {
    if (this.#failing) this.#onError(undefined);
    this.#failing = false;
  }

  failed(caught: unknown): void {
    this.#failing = true;
    this.#onError(asError(caught));
    this.#timer = this.#clock.after(RETRY_MS, () => {
      this.#timer = undefined;
      this.#again();
    });
  }

  close(): void {
    this.#timer?.cancel();
  }
}
