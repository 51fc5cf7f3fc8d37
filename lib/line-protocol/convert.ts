import { Breather } from "../time/breather";
import { KINDS } from "../terms/kinds";
import { encodePoint } from "./encode";
import { EncodeError } from "./encode-error";
import { describeValue, isObject } from "../terms/json";
import { SchemaError } from "./field-types";
import type { Point } from "./point";
import { pointsOf } from "./rows";
import type { AnswerContext, Schema } from "./schema";
import { zeroFill } from "./zero-fill";

/** A row, or a part of it, that did not become a line. */
export interface Skipped {
  readonly reason: string;
  readonly row: unknown;
}

/** What became of the rows of one answer. */
export interface Converted {
  readonly lines: string[];
  readonly skipped: Skipped[];
}

/**
 * Turns the rows of one answer into lines. A row that cannot be encoded is reported and spoils no other; of a row with
 * several buckets or agents only the bad ones are left out. Large answers are worked through in slices.
 */
export async function convert(
  rows: readonly unknown[],
  schema: Schema,
  answer: AnswerContext,
): Promise<Converted> {
  const breather = new Breather();
  const skipped: Skipped[] = [];
  const lines: string[] = [];
  const encode = (point: Point, row: unknown) => {
    try {
      lines.push(encodePoint(point));
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      skipped.push({ reason: error.message, row });
    }
  };
  const points: Point[] = [];
  for (const row of rows) {
    if (breather.due) await breather.breathe();
    if (!isObject(row)) {
      skipped.push({ reason: `the row is ${describeValue(row)}, not an object`, row });
      continue;
    }
    try {
      for (const point of pointsOf(row, schema, answer)) {
        if (breather.due) await breather.breathe();
        if (point instanceof SchemaError) skipped.push({ reason: point.message, row });
        else if (schema.zeroFill) points.push(point);
        else encode(point, row);
      }
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      skipped.push({ reason: error.message, row });
    }
  }
  for (const point of schema.zeroFill ? zeroFill(points, isBucketed(answer)) : []) {
    if (breather.due) await breather.breathe();
    if (point) encode(point, point);
  }
  return { lines, skipped };
}

function isBucketed({ kind }: AnswerContext): boolean {
  return KINDS[kind].shape === "buckets";
}
