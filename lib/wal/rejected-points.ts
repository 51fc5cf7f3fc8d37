import { pointKey, pointParts } from "../lines/point";
import type { Clock } from "../time/clock";

/** Bound of remembered points; the longest known is forgotten first. */
const MAX_POINTS = 200_000;
const KNOWN_MS = 24 * 3_600_000;

interface Known {
  /** By the monotonic clock. */
  readonly since: number;
  /** When this log last wrote the point, wall clock; 0: not since it is known. */
  writtenAt: number;
}

/**
 * Remembers which points of dead letters were written since: sending those letters again would put an old value over a
 * newer one. In memory only; a restart forgets all.
 */
export class RejectedPoints {
  readonly #clock: Clock;
  readonly #points = new Map<number, Known>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes lines that became dead letters. */
  rejected(lines: readonly string[]): void {
    const since = this.#clock.monotonic();
    for (const line of lines) {
      const key = pointKey(pointParts(line));
      const writtenAt = this.#points.get(key)?.writtenAt ?? 0;
      this.#points.delete(key);
      this.#points.set(key, { since, writtenAt });
      if (this.#points.size > MAX_POINTS) this.#points.delete(this.#points.keys().next().value!);
    }
  }

  /** Notes written lines, all but the refused. */
  written(lines: readonly string[], refused: ReadonlySet<number>): void {
    if (this.#points.size === 0) return;
    lines.forEach((line, at) => {
      const known = refused.has(at) ? undefined : this.#points.get(pointKey(pointParts(line)));
      if (known) known.writtenAt = this.#clock.now();
    });
  }

  /**
   * @param keptAt when the line became a dead letter, wall clock
   * @returns `superseded` when its point was written since; `unknown` when that is forgotten
   */
  judge(line: string, keptAt: number): "current" | "superseded" | "unknown" {
    const known = this.#points.get(pointKey(pointParts(line)));
    if (!known || this.#clock.monotonic() - known.since > KNOWN_MS) return "unknown";
    return known.writtenAt >= keptAt ? "superseded" : "current";
  }
}
