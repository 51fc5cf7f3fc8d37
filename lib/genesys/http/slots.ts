import { GenesysError } from "../errors";

/** Bounds calls under way: waiting calls get free places in order, background work last. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #inBackground: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** Waits for a place. @throws the signal's reason when it aborts first */
  async take(background: boolean, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const line = background ? this.#inBackground : this.#waiting;
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        line.splice(line.indexOf(go), 1);
        reject(signal?.reason instanceof Error ? signal.reason : new GenesysError("aborted", "cancelled"));
      };
      line.push(go);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Hands the place to the call that has waited longest. */
  leave(): void {
    const next = this.#waiting.shift() ?? this.#inBackground.shift();
    if (next) next();
    else this.#free++;
  }
}
