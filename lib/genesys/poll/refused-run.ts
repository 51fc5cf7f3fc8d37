import { type Interval, intervalText } from "../interval/granularity";
import type { Notices } from "../notices";

/** Joins pieces that Genesys Cloud refuses one after the other into one notice. */
export class RefusedRun {
  readonly #notices: Notices;
  #run: { readonly interval: Interval; readonly why: string } | undefined;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** Adds a refused piece. */
  add(piece: Interval, why: string): void {
    const before = this.#run;
    if (before && before.interval.end === piece.start) {
      this.#run = { interval: { start: before.interval.start, end: piece.end }, why };
      return;
    }
    this.end();
    this.#run = { interval: piece, why };
  }

  /** Ends the run with its notice: another piece was answered, or none is left. */
  end(): void {
    if (!this.#run) return;
    const { interval, why } = this.#run;
    this.#run = undefined;
    this.#notices.once(`gap: ${intervalText(interval)} is refused and stays empty: ${why}`);
  }
}

/** Queues or agents in a notice. */
const NAMED = 10;

/** Names keys in a notice, the first few of many. */
export function named(keys: readonly string[]): string {
  if (keys.length === 0) return "a part";
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : "";
  return `${keys.slice(0, NAMED).join(", ")}${more}`;
}
