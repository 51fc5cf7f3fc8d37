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

/** One point of a series, before it becomes a line of line protocol. */
export interface Point {
  readonly measurement: string;
  /** Tag key to tag value. A tag that is empty or `undefined` is absent. */
  readonly tags: Readonly<Record<string, string | undefined>>;
  /** Field key to value, in the order in which they are written. A field that is `undefined` is absent. */
  readonly fields: Readonly<Record<string, FieldValue | undefined>>;
  /** Nanoseconds since the Unix epoch; without it the server uses its own clock. */
  readonly timestampNs?: bigint | undefined;
}
