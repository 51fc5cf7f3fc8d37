import type { JsonObject } from "../terms/json";
import type { AnswerContext } from "./answer";
import { Encoder } from "./encoder";
import { EncodeError, SchemaError } from "./errors";
import { groupingOf, Heads, nameKeysOf } from "./heads";
import { Line } from "./line";
import type { FieldName, FieldNames } from "./names";
import type { SeriesCount } from "./series";
import type { CheckedSettings } from "./settings";
import { Timestamps } from "./timestamp";

/** A row, or a part of it, that did not become a line. */
export interface Skipped {
  readonly reason: string;
  readonly row: unknown;
}

/** What the work on one message's rows needs, and what came of it. */
export class Job {
  readonly settings: CheckedSettings;
  readonly answer: AnswerContext;
  readonly names: FieldNames;
  readonly encoder = new Encoder();
  readonly line: Line;
  readonly heads: Heads;
  readonly timestamps: Timestamps;
  lines: string[] = [];
  skipped: Skipped[] = [];
  readonly #nameFields: readonly FieldName[];

  /**
   * @param rows looked at for the dimensions they have, where the answer does not say what was asked
   * @throws SchemaError EncodeError for settings that do not suit the answer
   */
  constructor(
    settings: CheckedSettings,
    answer: AnswerContext,
    names: FieldNames,
    series: SeriesCount,
    rows: readonly unknown[],
  ) {
    this.settings = settings;
    this.answer = answer;
    this.names = names;
    this.line = new Line(names);
    this.timestamps = new Timestamps(settings, answer);
    const grouping = groupingOf(answer, rows);
    this.heads = new Heads(this.encoder, series, settings, answer, grouping);
    this.#nameFields =
      settings.queueName === "field" ? nameKeysOf(grouping).map((key) => names.get(key)) : [];
  }

  /** Hands over what came of the work, and keeps nothing of it. */
  take(): { readonly lines: string[]; readonly skipped: Skipped[] } {
    const { lines, skipped } = this;
    this.lines = [];
    this.skipped = [];
    return { lines, skipped };
  }

  /** The names that a poll has added to a group; written after the figures. */
  addNames(group: JsonObject): void {
    for (const field of this.#nameFields) {
      const value = group[field.name];
      if (typeof value === "string" && value !== "") this.line.set(field, value);
    }
  }

  /** Ends the line that was gathered, and keeps it. */
  finish(time: Uint8Array): void {
    this.line.write(this.encoder);
    this.lines.push(this.encoder.finish(time));
  }

  /** Reports what is wrong with a row, or a part of it. @throws what is no such thing */
  report(row: unknown, error: unknown): void {
    if (!(error instanceof SchemaError || error instanceof EncodeError)) throw error;
    this.skipped.push({ reason: error.message, row });
  }

  /** Reports the values that were left out of the line. */
  reportOddities(row: unknown): void {
    const reason = this.line.oddities;
    if (reason) this.skipped.push({ reason, row });
  }
}

/** Reads the rows of one shape. */
export interface RowReader {
  /** Looks at a row. @returns how many parts it has @throws SchemaError when it cannot be read at all */
  begin(row: JsonObject): number;
  /** Makes the line of one part. @throws SchemaError EncodeError when it cannot be made */
  part(index: number): void;
}
