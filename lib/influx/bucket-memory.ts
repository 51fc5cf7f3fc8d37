import type { Verdict } from "./classify";
import type { Rejection } from "./item";

/** InfluxDB 3 refuses bodies above 10 MiB, other servers take more; some room for a proxy's own count. */
const MAX_REQUEST_BYTES = 10_000_000;
const MAX_KNOWN = 10_000;
const POISON_ATTEMPTS = 20;
const POISON_MS = 30 * 60_000;

/** What was learnt about one bucket since the last deploy. */
export class BucketMemory {
  /** Whether the server ever accepted a line: then a line that it refuses is at fault, not the settings. */
  accepted = false;
  /** Lines that were refused in a batch that could not be finished, so that it need not find them again. */
  readonly known = new Map<string, Rejection>();
  #maxBytes = MAX_REQUEST_BYTES;
  #poison = { head: "", attempts: 0, since: 0 };

  /** Bytes that a request may have. */
  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Notes the size of a request that was refused as too large. */
  tooLarge(bytes: number): void {
    this.#maxBytes = Math.max(1, Math.min(this.#maxBytes, Math.floor(bytes / 2)));
  }

  remember(rejections: Iterable<Rejection>): void {
    for (const rejection of rejections)
      if (this.known.size < MAX_KNOWN) this.known.set(rejection.line, rejection);
  }

  /**
   * Whether a status 500 for the batch that begins with this line is to be taken for a fault of a line: the server has
   * answered so many times, for so long.
   */
  isPoisoned(head: string): boolean {
    return this.#poison.head === head && this.#poison.attempts >= POISON_ATTEMPTS;
  }

  /** Counts the failures of the batch at the head. */
  failed(head: string, verdict: Verdict, nowMs: number): void {
    if (verdict.statusCode !== 500) return;
    const same = this.#poison.head === head;
    const since = same ? this.#poison.since : nowMs;
    const attempts = same ? this.#poison.attempts + 1 : 1;
    // The attempts begin to count as poison only when the time has passed as well.
    const enough = attempts < POISON_ATTEMPTS || nowMs - since >= POISON_MS;
    this.#poison = { head, since, attempts: enough ? attempts : POISON_ATTEMPTS - 1 };
  }

  finished(): void {
    this.known.clear();
    this.#poison = { head: "", attempts: 0, since: 0 };
  }
}
