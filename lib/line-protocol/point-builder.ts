import { isTagDimension, NAME_KEYS } from "../terms/dimensions";
import { describeValue, type JsonObject } from "../terms/json";
import { type Statistic, STATISTICS } from "../terms/statistics";
import { SchemaError, statFields, typedField } from "./field-types";
import type { Field, Point, Tag } from "./point";
import { measurementOf } from "./measurements";
import { pointTime } from "./schema";
import type { AnswerContext, Schema } from "./schema";
import type { TimeRange } from "./times";

/** Gathers the tags and fields of one point. */
export class PointBuilder {
  readonly #tags: Tag[] = [];
  readonly #fields: Field[] = [];
  /** Where in the list a field is, by name. */
  readonly #places = new Map<string, number>();
  #filled = false;

  constructor(
    readonly schema: Schema,
    readonly answer: AnswerContext,
  ) {
    for (const tag of schema.tags) this.#tags.push(tag);
    const environment = schema.environment || answer.environment;
    if (environment) this.#tags.push(["env", environment]);
  }

  /** Dimensions become tags, names become fields or what the settings want. */
  group(group: JsonObject): this {
    for (const [key, value] of Object.entries(group)) {
      if (NAME_KEYS.includes(key)) continue;
      if (value === undefined || value === null || value === "") continue;
      if (!isTagDimension(key)) {
        throw new SchemaError(
          `${describeValue(key)} cannot be a tag: its values are personal, or too many for InfluxDB; group by other dimensions`,
        );
      }
      if (typeof value !== "string") throw new SchemaError(`${key} is ${describeValue(value)}, not a text`);
      this.#tags.push([key, value]);
    }
    return this;
  }

  /** The names that a poll has added to the group; written after the figures. */
  names(group: JsonObject): this {
    const { queueName: mode } = this.schema;
    if (mode === "off") return this;
    for (const key of NAME_KEYS) {
      const value = Object.hasOwn(group, key) ? group[key] : undefined;
      if (typeof value !== "string" || value === "") continue;
      if (mode === "tag") this.#tags.push([key, value]);
      else this.#set({ name: key, type: "string", value });
    }
    return this;
  }

  /** Sets a field, unless the value is absent. */
  field(name: string, value: unknown): this {
    const field = typedField(name, value);
    if (field) {
      this.#set(field);
      this.#filled = true;
    }
    return this;
  }

  /** Adds to a numeric field: rows of one metric that differ in their qualifier sum up. */
  add(name: string, value: unknown): this {
    const part = typedField(name, value);
    const before = this.#get(name)?.value;
    if (typeof part?.value !== "number" || typeof before !== "number") return this.field(name, value);
    return this.field(name, before + part.value);
  }

  /** `<metric>_<stat>` for every statistic that is there; a metric that comes twice is combined. */
  stats(metric: string, stats: JsonObject): this {
    for (const { stat, name, type } of statFields(metric)) {
      const value = stats[stat];
      if (value === undefined) continue;
      const field = typedField(name, value, type);
      if (!field) continue;
      const before = this.#get(name)?.value;
      this.#set(typeof before === "number" ? combined(stat, before, field) : field);
      this.#filled = true;
    }
    return this;
  }

  /** Whether there is a field beside names. */
  get filled(): boolean {
    return this.#filled;
  }

  point(range: TimeRange | undefined): Point {
    return {
      measurement: this.schema.measurement || measurementOf(this.answer),
      tags: this.#tags,
      fields: this.#fields,
      timestampNs: pointTime(this.schema, this.answer, range),
    };
  }

  #get(name: string): Field | undefined {
    const place = this.#places.get(name);
    return place === undefined ? undefined : this.#fields[place];
  }

  #set(field: Field): void {
    const place = this.#places.get(field.name) ?? this.#fields.length;
    this.#places.set(field.name, place);
    this.#fields[place] = field;
  }
}

/** A statistic of a metric that comes twice. */
function combined(stat: Statistic, before: number, field: Field): Field {
  const { name, type, value } = field;
  if (typeof value !== "number") return field;
  if (type !== "int" && type !== "float") return field;
  const { merge } = STATISTICS[stat];
  switch (merge) {
    case "sum":
      return { name, type, value: before + value };
    case "min":
    case "max":
      return { name, type, value: Math[merge](before, value) };
    case "last":
      return field;
  }
}
