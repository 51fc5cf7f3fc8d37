import type { JsonObject } from "../terms/json";
import type { AnswerContext } from "./answer";
import { Encoder } from "./encoder";
import { EncodeError, InputError } from "./errors";
import { groupingOf, Heads, nameKeysOf } from "./heads";
import { Line } from "./line";
import type { FieldName, FieldNames } from "./names";
import type { SeriesCount } from "./series";
import type { CheckedSettings } from "./settings";
import { Timestamps } from "./timestamp";

/** A row, or a part of one, that did not become a line. */
export interface Skipped {
  readonly reason: string;
  readonly row: unknown;
}

/** Heads of so many sorts of answers are kept from message to message. */
const KEPT_HEADS = 20;

/**
 * What the work on rows needs whatever the message: kept between two messages, as small ones would cost more than their
 * rows.
 */
export class Tools {
  readonly settings: CheckedSettings;
  readonly names: FieldNames;
  readonly encoder = new Encoder();
  readonly line: Line;
  readonly #series: SeriesCount;
  readonly #heads = new Map<string, Heads>();

  constructor(settings: CheckedSettings, names: FieldNames, series: SeriesCount) {
    this.settings = settings;
    this.names = names;
    this.line = new Line(names);
    this.#series = series;
  }

  /**
   * The heads of an answer's lines, put together once for all answers of its sort.
   *
   * @throws EncodeError for a measurement that line protocol cannot carry
   */
  headsOf(answer: AnswerContext, grouping: readonly string[]): Heads {
    const { kind, family, environment, granularity, groupBy } = answer;
    const key = JSON.stringify([kind, family, environment, granularity, groupBy, grouping]);
    let heads = this.#heads.get(key);
    if (!heads) {
      heads = new Heads(this.encoder, this.#series, this.settings, answer, grouping);
      if (this.#heads.size >= KEPT_HEADS) this.#heads.clear();
      this.#heads.set(key, heads);
    }
    return heads;
  }
}

/** The state of the work on one message's rows: tools and results. */
export class Job {
  readonly settings: CheckedSettings;
  readonly answer: AnswerContext;
  readonly names: FieldNames;
  readonly encoder: Encoder;
  readonly line: Line;
  readonly heads: Heads;
  readonly timestamps: Timestamps;
  skipped: Skipped[] = [];
  readonly #nameFields: readonly FieldName[];

  /**
   * @param rows read for their dimensions, where the answer does not name those asked
   * @throws InputError EncodeError for settings that do not suit the answer
   */
  constructor(tools: Tools, answer: AnswerContext, rows: readonly unknown[]) {
    const { settings, names, encoder, line } = tools;
    this.settings = settings;
    this.answer = answer;
    this.names = names;
    this.encoder = encoder;
    this.line = line;
    this.timestamps = new Timestamps(settings, answer);
    const grouping = groupingOf(answer, rows);
    this.heads = tools.headsOf(answer, grouping);
    this.#nameFields =
      settings.queueName === "field" ? nameKeysOf(grouping).map((key) => names.get(key)) : [];
  }

  /** Hands over the results, and keeps none. */
  take(): { readonly lines: string[]; readonly skipped: Skipped[] } {
    const { skipped } = this;
    this.skipped = [];
    return { lines: this.encoder.take(), skipped };
  }

  /** Adds the names that a poll has put into a group, after the figures. */
  addNames(group: JsonObject): void {
    for (const field of this.#nameFields) {
      const value = group[field.name];
      if (typeof value === "string" && value !== "") this.line.set(field, value);
    }
  }

  /** Ends the gathered line, and keeps it. */
  finish(time: Uint8Array): void {
    this.line.write(this.encoder);
    this.encoder.finish(time);
  }

  /** Reports an error of a row, or of a part of it. @throws any other error */
  report(row: unknown, error: unknown): void {
    if (!(error instanceof InputError || error instanceof EncodeError)) throw error;
    this.skipped.push({ reason: error.message, row });
  }

  /** Reports values left out of the line. */
  reportOddities(row: unknown): void {
    const reason = this.line.oddities;
    if (reason) this.skipped.push({ reason, row });
  }
}

/** Reads the rows of one shape. */
export interface RowReader {
  /** Begins a row. @returns its number of parts @throws InputError when it cannot be read at all */
  begin(row: JsonObject): number;
  /** Makes the line of one part. @throws InputError EncodeError */
  part(index: number): void;
}
