import { describeValue, shorten } from "../terms/json";
import { type Statistic, STATISTIC_NAMES } from "../terms/statistics";
import { typeOfField } from "../terms/fields";
import type { Field, FieldType } from "./point";

const known = new Map<string, FieldType | undefined>();
/** Names come from a foreign service: what is remembered of them is bounded. */
const MAX_KNOWN = 5_000;

/** The field of one statistic of a metric. */
export interface StatField {
  readonly stat: Statistic;
  readonly name: string;
  readonly type: FieldType | undefined;
}

const statFieldsOf = new Map<string, readonly StatField[]>();

/** The fields `<metric>_<stat>` of a metric: put together once, as answers repeat the same few metrics. */
export function statFields(metric: string): readonly StatField[] {
  let fields = statFieldsOf.get(metric);
  if (!fields) {
    fields = STATISTIC_NAMES.map((stat) => ({
      stat,
      name: `${metric}_${stat}`,
      type: fieldType(`${metric}_${stat}`),
    }));
    if (statFieldsOf.size < MAX_KNOWN) statFieldsOf.set(metric, fields);
  }
  return fields;
}

/** The type of a field by its name; `undefined` for a name that the table does not know. */
export function fieldType(name: string): FieldType | undefined {
  if (known.has(name)) return known.get(name);
  const type = typeOfField(name);
  if (known.size < MAX_KNOWN) known.set(name, type);
  return type;
}

/**
 * A foreign value as a field of the type that its name asks for. `null` counts as absent, and so does a float that line
 * protocol cannot carry (NaN, infinity).
 *
 * @returns `undefined` for an absent value
 * @throws SchemaError when the value is of another type
 */
export function typedField(
  name: string,
  value: unknown,
  type: FieldType | undefined = fieldType(name),
): Field | undefined {
  if (value === undefined || value === null) return undefined;
  if (type === "float" && typeof value === "number") {
    return Number.isFinite(value) ? { name, type, value } : undefined;
  }
  if (type === "int" && typeof value === "number" && Number.isSafeInteger(value))
    return { name, type, value };
  if (type === "string" && typeof value === "string") return { name, type, value };
  if (type === undefined) throw new SchemaError(`there is no field type for "${shorten(name)}"`);
  const expected = type === "int" ? "a whole number" : type === "float" ? "a number" : "a text";
  throw new SchemaError(`${shorten(name)} is ${describeValue(value)}, not ${expected}`);
}

/** A row, or a part of one, that cannot become a point; the message says what was found and what was expected. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}
