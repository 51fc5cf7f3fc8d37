/** A group whose age grows goes out this often. */
const AGE_MS = 10_000;
/** Above this many at once, the next times of growing ages are spread. */
const BULK = 500;

/**
 * Chooses the groups of a live state to send: once those that changed, and every 10 s those whose age grows.
 */
export class Outbox {
  readonly #changed = new Set<string>();
  /** Groups with an age, and when each last went out; by the monotonic clock. */
  readonly #aging = new Map<string, number>();

  /** Notes that a group changed. @param ages whether it has an age that grows */
  add(key: string, ages: boolean): void {
    this.#changed.add(key);
    if (!ages) this.#aging.delete(key);
    else if (!this.#aging.has(key)) this.#aging.set(key, -Infinity);
  }

  /** Notes that the age of a group no longer counts. */
  settle(key: string): void {
    this.#aging.delete(key);
  }

  delete(key: string): void {
    this.#changed.delete(key);
    this.#aging.delete(key);
  }

  /**
   * Takes out what is due, what changed first.
   *
   * @param nowMs by the monotonic clock
   * @param slackMs time until the next call: what is due by then goes out now
   */
  take(nowMs: number, slackMs: number, limit: number): string[] {
    const keys: string[] = [];
    for (const key of this.#changed) {
      if (keys.length >= limit) break;
      keys.push(key);
      this.#changed.delete(key);
    }
    for (const [key, sentAt] of this.#aging) {
      if (keys.length >= limit) break;
      if (!this.#changed.has(key) && sentAt > -Infinity && nowMs - sentAt >= AGE_MS - slackMs) keys.push(key);
    }
    const bulk = keys.length > BULK;
    for (const [index, key] of keys.entries()) {
      const early = bulk ? (index % 10) * (AGE_MS / 10) : 0;
      if (this.#aging.has(key)) this.#aging.set(key, nowMs - early);
    }
    return keys;
  }
}
