import { isTagDimension, NAME_KEYS, nameKeyOf, NO_VALUE } from "../terms/dimensions";
import { ENVIRONMENT_TAG, GRANULARITY_TAG } from "../terms/fields";
import { describeValue, isObject, type JsonObject } from "../terms/json";
import { KINDS } from "../terms/kinds";
import type { AnswerContext } from "./answer";
import type { Encoder } from "./encoder";
import { SchemaError } from "./errors";
import { compareUtf8 } from "./escape";
import { defaultName, measurementOf } from "./measurements";
import { type HeadPart, tagKey } from "./parts";
import type { SeriesCount } from "./series";
import type { CheckedSettings } from "./settings";

/** One tag of a head that varies, behind the constant ones before it. */
interface VaryingTag {
  /** The measurement for the first one, and constant tags. */
  readonly before: HeadPart;
  /** The same, with this tag's key. */
  readonly key: HeadPart;
  readonly property: string;
  readonly isGranularity: boolean;
}

/** The properties of a group that are names, not dimensions. */
const IS_NAME: ReadonlySet<string> = new Set(NAME_KEYS);

/**
 * Writes the heads of an answer's lines: measurement and tags. What is the same for all rows is put together once, in
 * the order of the tags' UTF-8 bytes.
 */
export class Heads {
  /** All that makes the series of this answer, but for the values of its dimensions. */
  readonly shape: string;
  /** What the points would be called where the user has named no measurement. */
  readonly name: string;
  readonly #encoder: Encoder;
  readonly #series: SeriesCount;
  /** The dimensions that were asked, for people. */
  readonly #asked: string;
  readonly #names: readonly string[];
  readonly #dimensions: ReadonlySet<string>;
  readonly #varying: readonly VaryingTag[];
  readonly #last: HeadPart;
  /** Live state has other tags for queues and for agents; in buckets a dimension without a value is `none`. */
  readonly #absent: string;
  readonly #seed: number;

  /**
   * @param grouping all dimensions of the answer's rows
   * @throws EncodeError for a measurement that line protocol cannot carry
   */
  constructor(
    encoder: Encoder,
    series: SeriesCount,
    settings: CheckedSettings,
    answer: AnswerContext,
    grouping: readonly string[],
  ) {
    this.#encoder = encoder;
    this.#series = series;
    this.#asked = (answer.groupBy ?? []).join(", ");
    this.#dimensions = new Set(grouping);
    const buckets = KINDS[answer.kind].shape === "buckets";
    this.#absent = buckets ? NO_VALUE : "";
    this.#names = settings.queueName === "tag" ? nameKeysOf(grouping) : [];
    this.name = measurementOf(defaultName(answer), answer, grouping);
    const measurement = settings.measurement
      ? measurementOf(settings.measurement, answer, grouping)
      : this.name;
    const constant = new Map(settings.tags);
    const environment = settings.environment || answer.environment;
    if (environment) constant.set(ENVIRONMENT_TAG, environment);
    if (buckets && answer.granularity) constant.set(GRANULARITY_TAG, answer.granularity);
    const varying = [...grouping, ...this.#names];
    if (buckets && !answer.granularity) varying.push(GRANULARITY_TAG);
    this.shape = JSON.stringify([measurement, [...constant], [...varying].sort()]);
    encoder.begin(measurement);
    const tags: VaryingTag[] = [];
    for (const key of [...constant.keys(), ...varying].sort(compareUtf8)) {
      const value = constant.get(key);
      if (value !== undefined) encoder.tag(tagKey(key), value);
      else {
        const isGranularity = key === GRANULARITY_TAG;
        const before = encoder.headPart();
        encoder.part(tagKey(key));
        tags.push({ before, key: encoder.headPart(), property: key, isGranularity });
        encoder.restart();
      }
    }
    this.#varying = tags;
    this.#last = encoder.headPart();
    this.#seed = hashOf(this.shape);
  }

  /**
   * Writes the head of a row's lines.
   *
   * @param group the dimensions of a row, with names beside ids
   * @param granularity of a bucket whose answer does not say it
   * @throws SchemaError for a dimension that must not be a tag, or a value that is no text
   */
  write(group: JsonObject, granularity = ""): void {
    for (const key in group) {
      if (!this.#dimensions.has(key) && !IS_NAME.has(key)) this.#refuse(key, group[key]);
    }
    this.writeRow(group, granularity);
  }

  /** Writes the head of a row that holds its dimensions beside other properties. */
  writeRow(group: JsonObject, granularity = ""): void {
    this.#writeTags(group, granularity);
    const series = this.#encoder.headHash ^ this.#seed;
    if (!this.#series.has(series)) this.#series.add(series, this.#tagsOf(group));
  }

  #writeTags(group: JsonObject, granularity: string): void {
    const encoder = this.#encoder;
    encoder.restart();
    for (let i = 0; i < this.#varying.length; i++) {
      const tag = this.#varying[i]!;
      const value = tag.isGranularity ? granularity : group[tag.property];
      if (typeof value !== "string" || !encoder.tag(tag.key, value)) this.#writeAbsent(tag, value);
    }
    if (this.#last.bytes.length > 0) encoder.part(this.#last);
    encoder.endHead();
  }

  /** In place of a tag without a value. */
  #writeAbsent({ before, key, property }: VaryingTag, value: unknown): void {
    const isName = IS_NAME.has(property);
    if (!isName && value !== undefined && value !== null && typeof value !== "string") {
      throw new SchemaError(`${property} is ${describeValue(value)}, not a text`);
    }
    if (isName || this.#absent === "") this.#encoder.part(before);
    else this.#encoder.tag(key, this.#absent);
  }

  /** What is in a group and is no dimension of the answer. */
  #refuse(key: string, value: unknown): void {
    if (value === undefined || value === null || value === "") return;
    throw new SchemaError(
      isTagDimension(key)
        ? `${describeValue(key)} was not asked for: msg.genesys.groupBy is ${this.#asked}`
        : `${describeValue(key)} cannot be a tag: its values are personal, or too many for InfluxDB; group by other dimensions`,
    );
  }

  *#tagsOf(group: JsonObject): Generator<readonly [string, string]> {
    for (const dimension of [...this.#dimensions, ...this.#names]) {
      const value = group[dimension];
      if (typeof value === "string") yield [dimension, value];
    }
  }
}

/** The names that belong to the ids of a grouping. */
export function nameKeysOf(grouping: readonly string[]): string[] {
  return [...new Set(grouping.flatMap((dimension) => nameKeyOf(dimension) ?? []))];
}

/**
 * All dimensions of an answer's rows: those that were asked, else those of the kind and all that a row has. A dimension
 * that must not be a tag is not among them; the rows that have it are refused one by one.
 */
export function groupingOf(answer: AnswerContext, rows: readonly unknown[]): string[] {
  const { groupBy, kind } = answer;
  if (groupBy) return groupBy.filter(isTagDimension);
  const own = KINDS[kind].groupBy ?? [];
  const found = new Set<string>(own);
  if (KINDS[kind].shape === "buckets" || KINDS[kind].shape === "observations") {
    for (const row of rows) {
      const group = isObject(row) ? row["group"] : undefined;
      if (!isObject(group)) continue;
      for (const key in group) if (!found.has(key) && isTagDimension(key)) found.add(key);
    }
  }
  return [...found];
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 2;
}
