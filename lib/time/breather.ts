/** Work goes on for at most this long before other events get their turn. */
const SLICE_MS = 4;
/** Steps between two looks at the clock, which costs more than a step. */
const STEPS = 16;

/** Works that wait for their next slice. All of them together get one slice in each turn of the event loop. */
const waiting: (() => void)[] = [];

/** Interrupts long work for other events: call {@link breathe} after a step at which it is {@link due}. */
export class Breather {
  #since = performance.now();
  #steps = 0;

  /** Whether it is time to call {@link breathe}. */
  get due(): boolean {
    return ++this.#steps % STEPS === 0 && this.late;
  }

  /** As {@link due} for long steps: looks at the clock each time. */
  get late(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  async breathe(): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(letOneGoOn);
    });
    this.#since = performance.now();
  }
}

function letOneGoOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(letOneGoOn);
}
