import { describeValue, isObject, type JsonObject } from "../../terms/json";
import { observationFacts } from "../../terms/observations";
import { InputError } from "../errors";
import type { Job, RowReader } from "../job";
import { entriesAt, objectAt } from "../json";
import { qualifierName, readName } from "../metrics";
import type { FieldName } from "../names";

/**
 * Reads rows of live state, `{group, data: [{metric, qualifier?, stats}]}`: one point each. Groups with a media type
 * hold the conversations, groups without one the agents; the tag `mediaType` separates their points.
 */
export class ObservationRows implements RowReader {
  readonly #job: Job;
  #row: JsonObject = {};

  constructor(job: Job) {
    this.#job = job;
  }

  begin(row: JsonObject): number {
    this.#row = row;
    return 1;
  }

  part(): void {
    const row = this.#row;
    const { line, heads, timestamps } = this.#job;
    const group = objectAt(row, "group");
    heads.write(group);
    const data = entriesAt(row, "data");
    const unqualified = new Set<unknown>();
    for (const entry of data) if (isObject(entry) && !entry["qualifier"]) unqualified.add(entry["metric"]);
    line.begin();
    for (const entry of data) this.#addEntry(entry, unqualified);
    this.#job.reportOddities(row);
    if (!line.filled) return;
    this.#job.addNames(group);
    this.#job.finish(timestamps.of(undefined));
  }

  /** Adds an entry; reports an error of it and leaves the others. */
  #addEntry(entry: unknown, unqualified: ReadonlySet<unknown>): void {
    const { line, answer } = this.#job;
    try {
      if (!isObject(entry))
        throw new InputError(`an entry of data is ${describeValue(entry)}, not an object`);
      const metric = readName(entry["metric"], "an entry of data");
      const stats = entry["stats"] === undefined ? {} : objectAt(entry, "stats", metric);
      const age = observationFacts(metric)?.age;
      if (age !== undefined) return this.#addAge(this.#field(age), metric, stats);
      const qualifier = qualifierName(metric, entry["qualifier"], answer.presences);
      if (qualifier) line.add(this.#field(`${metric}_${qualifier}`), stats["count"]);
      // The total is the entry without a qualifier, or else the sum of the others.
      if (!qualifier || !unqualified.has(metric)) line.add(this.#field(metric), stats["count"]);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      line.odd(error.message);
    }
  }

  /** Adds an age in seconds: 0 for a time ahead, and for nothing. */
  #addAge(field: FieldName, metric: string, stats: JsonObject): void {
    const { line, answer } = this.#job;
    const since = stats["calculatedMetricValue"];
    if (typeof since === "number" && Number.isFinite(since)) {
      line.number(field, Math.max(0, answer.polledAt - since) / 1000);
    } else if (since !== undefined && since !== null) {
      line.odd(`${metric}_calculatedMetricValue is ${describeValue(since)}, not a time`);
    } else if (stats["count"] === 0) {
      line.number(field, 0);
    }
  }

  #field(name: string): FieldName {
    const field = this.#job.names.find(name);
    if (!field) throw new InputError(`there is no field type for ${describeValue(name)}`);
    return field;
  }
}
