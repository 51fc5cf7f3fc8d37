/**
 * Finds out how queue events show the end of a status (a qualifier of a metric), which no documentation says: as a row
 * with 0, or by leaving its row out while all other rows of the metric come, as answers to queries do. Rows that did
 * not change may be missing as well.
 *
 * Two metrics count every member of a queue once, so that their sum stays the same when an agent changes status. The
 * reading that keeps the sum is the service's, also for the other metrics.
 */
export class EndedStatuses {
  #missingMeansEnded = 0;
  #missingMeansSame = 0;

  /** Learns from one metric's rows in one event. @param before status to count, as known before it */
  learn(metric: string, before: ReadonlyMap<string, number>, told: ReadonlyMap<string, number>): void {
    if (!KEEPS_ITS_SUM.has(metric) || before.size === 0) return;
    const sum = sumOf(before.values());
    const alone = sumOf(told.values());
    const merged = sumOf(new Map([...before, ...told]).values());
    if (alone === merged) return;
    if (alone === sum) this.#missingMeansEnded++;
    else if (merged === sum) this.#missingMeansSame++;
  }

  /** Whether a status whose row is missing has ended; false until known. */
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
