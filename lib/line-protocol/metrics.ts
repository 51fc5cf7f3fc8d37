import { describeValue, isObject, type JsonObject } from "../terms/json";
import { STATUS_TIMES } from "../terms/presences";
import { STATISTIC_NAMES } from "../terms/statistics";
import { InputError } from "./errors";
import type { Line } from "./line";
import type { FieldName, FieldNames } from "./names";
import type { Presences } from "./presences";

const STATISTIC_NUMBER: ReadonlyMap<string, number> = new Map(
  STATISTIC_NAMES.map((name, number) => [name, number]),
);
/** Largest `stats` whose order of properties is remembered. */
const REMEMBERED = 32;

/** The fields of one metric of an answer, or of a metric with one qualifier, put together once. */
export class MetricFields {
  readonly metric: string;
  /** As in the answer. */
  readonly qualifier: unknown;
  readonly #names: FieldNames;
  /** `<metric>` or `<metric>_<QUALIFIER>`. */
  readonly #name: string;
  /** The only field of a time per status, whose qualifier is part of the name. */
  readonly #statusTime: FieldName | undefined;
  readonly #fields: (FieldName | undefined)[] = [];
  /** The properties of the last `stats`, in order: those of the next are mostly the same. */
  readonly #keys: string[] = [];
  readonly #numbers: number[] = [];
  readonly #values: unknown[] = [];

  constructor(names: FieldNames, metric: string, qualifier: unknown, qualifierName: string | undefined) {
    this.#names = names;
    this.metric = metric;
    this.qualifier = qualifier;
    this.#name = qualifierName ? `${metric}_${qualifierName}` : metric;
    this.#statusTime = STATUS_TIMES.has(metric) ? names.get(this.#name) : undefined;
  }

  /** Adds the fields of one `stats` to a line. */
  add(line: Line, stats: JsonObject): void {
    if (this.#statusTime) return line.add(this.#statusTime, stats["sum"]);
    let present = 0;
    let at = 0;
    for (const key in stats) {
      const number = this.#keys[at] === key ? this.#numbers[at]! : this.#numberOf(key, at);
      at++;
      if (number < 0) continue;
      this.#values[number] = stats[key];
      present |= 1 << number;
    }
    // In the order of the table of statistics.
    while (present !== 0) {
      const number = 31 - Math.clz32(present & -present);
      present &= present - 1;
      const field = (this.#fields[number] ??= this.#names.statistic(this.#name, number));
      line.statistic(field, number, this.#values[number]);
    }
  }

  #numberOf(key: string, at: number): number {
    const number = STATISTIC_NUMBER.get(key) ?? -1;
    if (at < REMEMBERED) {
      this.#keys[at] = key;
      this.#numbers[at] = number;
    }
    return number;
  }
}

/** The metrics, or the views, of one answer. */
export class Metrics {
  readonly #what: "metric" | "view";
  readonly #names: FieldNames;
  readonly #presences: Presences;
  /** By position: consecutive rows mostly have the same metrics in the same order. */
  readonly #last: MetricFields[] = [];
  readonly #known = new Map<string, Map<unknown, MetricFields>>();

  constructor(what: "metric" | "view", names: FieldNames, presences: Presences) {
    this.#what = what;
    this.#names = names;
    this.#presences = presences;
  }

  /**
   * Adds an entry of a list of metrics, or of views, to a line.
   *
   * @param at its position in the list
   * @param bucket the position of the bucket, for error messages
   * @throws InputError when it cannot be read
   */
  add(line: Line, at: number, entry: unknown, bucket: number): void {
    const what = this.#what;
    if (!isObject(entry))
      throw new InputError(`a ${what} of data[${bucket}] is ${describeValue(entry)}, not an object`);
    const metric = what === "metric" ? entry["metric"] : entry["name"];
    const qualifier = what === "metric" ? entry["qualifier"] : undefined;
    let fields = this.#last[at];
    if (fields === undefined || fields.metric !== metric || fields.qualifier !== qualifier) {
      fields = this.#find(at, metric, qualifier, bucket);
    }
    const { stats } = entry;
    if (!isObject(stats)) {
      if (stats === undefined && what === "metric") return;
      throw new InputError(`stats of ${fields.metric} is ${describeValue(stats)}, not an object`);
    }
    fields.add(line, stats);
  }

  #find(at: number, metric: unknown, qualifier: unknown, bucket: number): MetricFields {
    const name = readName(metric, `a ${this.#what} of data[${bucket}]`);
    let byQualifier = this.#known.get(name);
    if (!byQualifier) this.#known.set(name, (byQualifier = new Map<unknown, MetricFields>()));
    let fields = byQualifier.get(qualifier);
    if (!fields) {
      fields = new MetricFields(
        this.#names,
        name,
        qualifier,
        qualifierName(name, qualifier, this.#presences),
      );
      byQualifier.set(qualifier, fields);
    }
    this.#last[at] = fields;
    return fields;
  }
}

/** Reads the name of a metric or a view. @throws InputError */
export function readName(value: unknown, where: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new InputError(`the name of ${where} is ${describeValue(value)}`);
}

/**
 * A qualifier as part of a field's name.
 *
 * @returns `undefined` when there is none
 * @throws InputError when it is no text
 */
export function qualifierName(metric: string, qualifier: unknown, presences: Presences): string | undefined {
  if (qualifier === undefined || qualifier === null || qualifier === "") return undefined;
  if (typeof qualifier === "string") return presences.qualifier(metric, qualifier);
  throw new InputError(`the qualifier of ${metric} is ${describeValue(qualifier)}, not a text`);
}
