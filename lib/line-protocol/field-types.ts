import type { Field, FieldType } from "./point";

/**
 * The one table of field types. A field's type follows from its name and never from its value: InfluxDB refuses a field
 * whose type changes, and JSON does not tell 110554 from 110554.0. The first pattern that matches decides.
 *
 * Counts are whole by Genesys Cloud's own API description (int64); sums, extremes, ratios and targets are doubles there,
 * although samples show whole numbers.
 */
const FIELD_TYPES: readonly (readonly [pattern: RegExp, type: FieldType])[] = [
  [/^(?:offered|answered|abandoned)$/, "int"],
  [/^(?:queueName|userName|routingStatus|systemPresence)$/, "string"],
  [/^waitTime$|Seconds$/, "float"],
  [/_(?:count|countNegative|countPositive|p95|p99|calculatedMetricValue)$/, "int"],
  [/_(?:max|min|sum|current|ratio|numerator|denominator|target)$/, "float"],
  // Live counts, as `oWaiting`, or split by qualifier as `oUserRoutingStatuses_IDLE`.
  [/^o[A-Z]/, "int"],
  // Time of an agent per status, in milliseconds, as `tSystemPresence_ON_QUEUE`.
  [/^t[A-Z]/, "float"],
];

/** Statistics of a metric that become fields `<metric>_<stat>`, in the order in which they are written. */
export const STATS = [
  "count",
  "countNegative",
  "countPositive",
  "sum",
  "min",
  "max",
  "current",
  "ratio",
  "numerator",
  "denominator",
  "target",
  "p95",
  "p99",
  "calculatedMetricValue",
] as const;
export type Stat = (typeof STATS)[number];

const known = new Map<string, FieldType | undefined>();
/** Names come from a foreign service: what is remembered of them is bounded. */
const MAX_KNOWN = 5_000;

/** The field of one statistic of a metric. */
export interface StatField {
  readonly stat: Stat;
  readonly name: string;
  readonly type: FieldType | undefined;
}

const statFieldsOf = new Map<string, readonly StatField[]>();

/** The fields `<metric>_<stat>` of a metric: put together once, as answers repeat the same few metrics. */
export function statFields(metric: string): readonly StatField[] {
  let fields = statFieldsOf.get(metric);
  if (!fields) {
    fields = STATS.map((stat) => ({ stat, name: `${metric}_${stat}`, type: fieldType(`${metric}_${stat}`) }));
    if (statFieldsOf.size < MAX_KNOWN) statFieldsOf.set(metric, fields);
  }
  return fields;
}

/** The type of a field by its name; `undefined` for a name that the table does not know. */
export function fieldType(name: string): FieldType | undefined {
  if (known.has(name)) return known.get(name);
  const type = FIELD_TYPES.find(([pattern]) => pattern.test(name))?.[1];
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
  throw new SchemaError(`${shorten(name)} is ${describe(value)}, not ${expected}`);
}

/** A row, or a part of one, that cannot become a point; the message says what was found and what was expected. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** Names what was found in place of what was expected, in a few words. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value === "" ? "an empty text" : `"${shorten(value)}"`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === undefined ? "missing" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
