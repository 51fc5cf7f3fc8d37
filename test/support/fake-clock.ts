import type { Clock, Timer } from "../../lib/time/clock";

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it; timers run in the order of their due times. */
export class FakeClock implements Clock {
  /** What the wall clock is ahead of the monotonic one. */
  #offset: number;
  #elapsed = 1_000;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(start: string | number = "2026-11-22T10:00:00.000Z") {
    this.#offset = (typeof start === "number" ? start : Date.parse(start)) - this.#elapsed;
  }

  now(): number {
    return this.#elapsed + this.#offset;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Sets the wall clock forward or back, as a correction of the system's time does; no time passes. */
  step(ms: number): void {
    this.#offset += ms;
  }

  after(delayMs: number, callback: () => void): Timer {
    const entry = { at: this.#elapsed + Math.max(0, delayMs), order: this.#order++, callback };
    this.#pending.add(entry);
    return { cancel: () => void this.#pending.delete(entry) };
  }

  /** How many timers wait: 0 shows that nothing was left behind. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Milliseconds until the next timer, or `undefined` when none waits. */
  get nextInMs(): number | undefined {
    const next = this.#next();
    return next && next.at - this.#elapsed;
  }

  /** Moves time forward, running what falls due, and lets promises settle after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let next = this.#next(); next && next.at <= end; next = this.#next()) {
      this.#pending.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.callback();
      await settle();
    }
    this.#elapsed = end;
    await settle();
  }

  #next(): Pending | undefined {
    let next: Pending | undefined;
    for (const entry of this.#pending) {
      if (!next || entry.at < next.at || (entry.at === next.at && entry.order < next.order)) next = entry;
    }
    return next;
  }
}

/** Lets promise chains and immediates that are already due run to their end. */
export async function settle(rounds = 5): Promise<void> {
  for (let i = 0; i < rounds; i++) await new Promise((resolve) => setImmediate(resolve));
}
