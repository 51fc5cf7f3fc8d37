import type { Interval } from "../interval/granularity";
import type { JsonObject } from "../json";
import type { QualifierName } from "./columns";
import type { Fingerprint } from "./fingerprint";
import type { Columns } from "./shapes";

/** One answer and its question. */
export interface AskedAnswer {
  readonly rows: readonly JsonObject[];
  readonly interval: Interval;
  /** The dimensions of a group. */
  readonly groupBy: readonly string[];
  /** The dimension whose values are asked by id; `undefined` where none is. */
  readonly key: string | undefined;
  /** The queues or agents that were asked; `undefined` for all. */
  readonly keys: readonly string[] | undefined;
  /** Whether a metric was asked for. */
  readonly metric: (name: string) => boolean;
  /** The question's filters as one text: only answers with the same filters are compared. */
  readonly scope: string;
  /** Whether nothing of it is missing. */
  readonly whole: boolean;
  readonly qualifierName: QualifierName;
}

/** Columns and values of one group in one bucket. */
export interface Found {
  columns: Columns;
  readonly values: Fingerprint;
  /** Whether it is in the answer, not only taken back. */
  real: boolean;
}
