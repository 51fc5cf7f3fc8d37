import { Encoder } from "../../lib/line-protocol/encoder";
import { tagKey, timeBytes } from "../../lib/line-protocol/parts";
import { EncodeError } from "../../lib/line-protocol/errors";
import { compareUtf8, escapeFieldName, escapeKey, isHazardous, utf8 } from "../../lib/line-protocol/escape";
import type { FieldName } from "../../lib/line-protocol/names";

/** The value of a field with its InfluxDB type. */
export type FieldValue =
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "bool"; readonly value: boolean };

/** A point as tests write it down: tags and fields by name. */
export interface PointByName {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string | undefined>>;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly timestampNs?: bigint | undefined;
}

/** One encoder for all, so that what one line leaves behind would show in the next. */
const encoder = new Encoder();

/** The line of a point, by the product's encoder. */
export function encodePoint({ measurement, tags, fields, timestampNs }: PointByName): string {
  encoder.begin(measurement);
  for (const [key, value] of Object.entries(tags).sort(([a], [b]) => compareUtf8(a, b))) {
    if (value !== undefined && escapeKey(key) !== "") encoder.tag(tagKey(key), value);
  }
  encoder.endHead();
  encoder.beginLine();
  for (const [name, field] of Object.entries(fields)) {
    const written = fieldName(name, field.type);
    if (field.type === "int" || field.type === "float")
      encoder.numbers([written], Float64Array.of(field.value), 0, 1);
    else if (field.type === "string") encoder.string(written, field.value);
    else encoder.bool(written, field.value);
  }
  encoder.finish(timestampNs === undefined ? new Uint8Array() : timeBytes(String(timestampNs)));
  return encoder.take()[0]!;
}

/** As the product makes them, for names of any sort. */
function fieldName(name: string, type: FieldValue["type"]): FieldName {
  const key = escapeFieldName(name);
  if (key === "") throw new EncodeError("a field has an empty name");
  return {
    name,
    type,
    first: utf8(` ${key}=`),
    next: utf8(`,${key}=`),
    hazardous: isHazardous(key),
    ascii: utf8(key).length === key.length,
    zeroWhenNone: false,
    zeroWhenTakenBack: false,
    line: 0,
    place: 0,
  };
}
