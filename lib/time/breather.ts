/** Work goes on for at most this long before other events get their turn. */
const SLICE_MS = 10;
/** The clock is looked at once in so many steps. */
const STEPS = 16;

/** Lets the event loop breathe during long work, which asks after every small step whether it is due. */
export class Breather {
  #since = performance.now();
  #steps = 0;

  /** Whether it is time to call {@link breathe}. */
  get due(): boolean {
    return ++this.#steps % STEPS === 0 && this.late;
  }

  /** As {@link due}, for who asks seldom: the clock is looked at every time. */
  get late(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  async breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}
