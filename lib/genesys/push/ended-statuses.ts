/**
 * Everything about the one thing that is not known of queue events and matters most: what becomes of a status (a
 * qualifier of a metric) that nobody is in any more. It may come as a row with 0, or its row may be missing while all
 * other rows of the metric come again, as in answers to queries; and rows that did not change may be missing as well.
 *
 * Two metrics count every member of a queue once, so that their sum stays the same when somebody changes from one status
 * to another: what leaves the sum as it was tells which of the two the service does, and holds for the other metrics.
 */
export class EndedStatuses {
  #missingMeansEnded = 0;
  #missingMeansSame = 0;

  /** Learns from the rows of one metric in one event, where they tell. @param before status to count */
  learn(metric: string, before: ReadonlyMap<string, number>, told: ReadonlyMap<string, number>): void {
    if (!KEEPS_ITS_SUM.has(metric) || before.size === 0) return;
    const sum = sumOf(before.values());
    const alone = sumOf(told.values());
    const merged = sumOf(new Map([...before, ...told]).values());
    if (alone === merged) return;
    if (alone === sum) this.#missingMeansEnded++;
    else if (merged === sum) this.#missingMeansSame++;
  }

  /** Whether a status whose row is missing has ended; until something tells, it has not. */
  get missingHasEnded(): boolean {
    return this.#missingMeansEnded > this.#missingMeansSame;
  }
}

/** Metrics that count every member of a queue once, whatever the member does. */
const KEEPS_ITS_SUM: ReadonlySet<string> = new Set(["oUserRoutingStatuses", "oUserPresences"]);

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
