/**
 * The value of one field with its InfluxDB type. The type belongs to the field's name, never to the value: a mean that
 * happens to be whole stays a float, or the server refuses it as a type conflict.
 */
export type FieldValue =
  | { readonly type: "int"; readonly value: number | bigint }
  | { readonly type: "uint"; readonly value: number | bigint }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "bool"; readonly value: boolean };

/** The name of an InfluxDB field type. */
export type FieldType = FieldValue["type"];

/** One field of a point. */
export type Field = FieldValue & { readonly name: string };

/** One tag of a point. A tag without a value is absent. */
export type Tag = readonly [key: string, value: string | undefined];

/**
 * One point of a series, before it becomes a line of line protocol. Lists and not objects, because names are foreign, and
 * because the encoder goes through them several times faster.
 */
export interface Point {
  readonly measurement: string;
  /** In any order, each key once. */
  readonly tags: readonly Tag[];
  /** In the order in which they are written, each name once. */
  readonly fields: readonly Field[];
  /** Nanoseconds since the Unix epoch; without it the server uses its own clock. */
  readonly timestampNs?: bigint | undefined;
}
