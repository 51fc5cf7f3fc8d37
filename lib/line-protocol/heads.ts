import { isTagDimension, NAME_KEYS, nameKeyOf, NO_VALUE } from "../terms/dimensions";
import { ENVIRONMENT_TAG, GRANULARITY_TAG } from "../terms/fields";
import { describeValue, isObject, type JsonObject } from "../terms/json";
import { KINDS } from "../terms/kinds";
import type { AnswerContext } from "./answer";
import type { Encoder } from "./encoder";
import { InputError } from "./errors";
import { compareUtf8 } from "./escape";
import { defaultName, measurementOf } from "./measurements";
import { type HeadPart, tagKey } from "./parts";
import type { SeriesCount } from "./series";
import type { CheckedSettings } from "./settings";

/** A varying tag of a head, with the constant ones in front. */
interface VaryingTag {
  /** The measurement (first tag only) and the constant tags in front. */
  readonly before: HeadPart;
  /** The same, with this tag's key. */
  readonly key: HeadPart;
  readonly property: string;
  readonly isGranularity: boolean;
  /** A name, not a dimension: left out where a group has none. */
  readonly isName: boolean;
}

/** Properties of a group that are names, not dimensions. */
const IS_NAME: ReadonlySet<string> = new Set(NAME_KEYS);

/**
 * Writes the heads of an answer's lines: measurement and tags, in the order of the tags' UTF-8 bytes. Parts that are
 * the same for all rows are put together once.
 */
export class Heads {
  /** Measurement, constant tags and dimensions of this answer: its series without their values. */
  readonly shape: string;
  /** The measurement without the user's setting. */
  readonly name: string;
  readonly #encoder: Encoder;
  readonly #series: SeriesCount;
  /** The dimensions that were asked, for people. */
  readonly #asked: string;
  readonly #names: readonly string[];
  readonly #dimensions: ReadonlySet<string>;
  readonly #varying: readonly VaryingTag[];
  readonly #last: HeadPart;
  /** Tag value of a missing dimension: `none` in buckets; live state leaves the tag out. */
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
        tags.push({
          before,
          key: encoder.headPart(),
          property: key,
          isGranularity,
          isName: IS_NAME.has(key),
        });
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
   * @throws InputError for a dimension that must not be a tag, or a value that is no text
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

  /** Writes a tag without a value. */
  #writeAbsent({ before, key, property, isName }: VaryingTag, value: unknown): void {
    if (!isName && value !== undefined && value !== null && typeof value !== "string") {
      throw new InputError(`${property} is ${describeValue(value)}, not a text`);
    }
    if (isName || this.#absent === "") {
      if (before.bytes.length > 0) this.#encoder.part(before);
    } else this.#encoder.tag(key, this.#absent);
  }

  /** Refuses a property of a group that is no dimension of the answer. */
  #refuse(key: string, value: unknown): void {
    if (value === undefined || value === null || value === "") return;
    throw new InputError(
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

/** The name properties of a grouping's ids. */
export function nameKeysOf(grouping: readonly string[]): string[] {
  return [...new Set(grouping.flatMap((dimension) => nameKeyOf(dimension) ?? []))];
}

/**
 * The dimensions of an answer's rows: those asked, or those of the kind and of its rows. Without dimensions that must
 * not be tags; the rows that have one are refused one by one.
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
