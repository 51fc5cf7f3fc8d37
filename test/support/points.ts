import type { FieldValue, Point } from "../../lib/line-protocol/point";

/** A point as tests write it down: tags and fields by name. */
export interface PointByName {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string | undefined>>;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly timestampNs?: bigint | undefined;
}

/** The same as the encoder takes it. */
export function pointFrom({ measurement, tags, fields, timestampNs }: PointByName): Point {
  return {
    measurement,
    tags: Object.entries(tags),
    fields: Object.entries(fields).map(([name, field]) => ({ name, ...field })),
    timestampNs,
  };
}
