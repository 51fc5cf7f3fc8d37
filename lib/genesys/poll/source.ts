import type { PollKind } from "../../terms/kinds";
import type { CallOptions } from "../http/client";
import type { Interval } from "../interval/granularity";
import type { JsonObject } from "../json";
import type { Answered } from "../queries/part";

/** A question about what is going on now, which a poll node asks again and again. */
export interface LiveSource {
  readonly kind: PollKind;
  /** Asks it once. @throws GenesysError when nothing at all could be had */
  ask(options: CallOptions): Promise<Answered>;
  /** Keeps what it must know after a restart. */
  close?(): Promise<void>;
}

/** The queues or agents that a question is about, and how fresh the list is that they come from. */
export interface Keys {
  readonly ids: readonly string[];
  /** When the list was read; milliseconds since the epoch, `undefined` where none is needed. */
  readonly asOf: number | undefined;
}

/** A question about buckets of time. */
export interface IntervalSource {
  readonly kind: PollKind;
  /** Of `analytics-aggregates`. */
  readonly family?: string | undefined;
  /** The dimensions of a group, those of `filter` included; empty where rows have no groups. */
  readonly groupBy: readonly string[];
  /** The dimension whose values are asked by id, `queueId`; `undefined` where none is. */
  readonly key: string | undefined;
  /** What the answer is narrowed to beside keys, each `dimension=value`. */
  readonly filter: readonly string[];
  /** The metrics that are asked and not refused. */
  readonly metrics: readonly string[];
  /** All that the user chose, for the hash of the query. */
  readonly chosen: { readonly keys: readonly string[]; readonly metrics: readonly string[] };
  /** Buckets that one request for older ones should ask for, so that its answer stays bounded. */
  readonly pieceBuckets: number;
  /**
   * Lists the keys to ask about.
   *
   * @returns `undefined` where the answer is about all that the OAuth client may see, without a list of them
   * @throws GenesysError when there is no list, or nothing is chosen by it
   */
  keys(options: CallOptions): Promise<Keys | undefined>;
  /**
   * Asks about the buckets of an interval.
   *
   * @param keys `undefined` as from `keys`
   * @throws GenesysError when nothing at all could be had
   */
  ask(interval: Interval, keys: readonly string[] | undefined, options: CallOptions): Promise<Answered>;
  /** Notes keys that had figures and are missing from a whole answer: they may be hidden now. */
  doubt?(keys: readonly string[]): void;
  /** Adds what people read: names of ids, and what explains qualifiers. */
  explain(rows: readonly JsonObject[], answered: Answered, options: CallOptions): Promise<Answered>;
}
