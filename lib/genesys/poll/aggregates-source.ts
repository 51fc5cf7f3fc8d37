import type { PollKind } from "../../terms/kinds";
import type { CallOptions } from "../http/client";
import type { Interval } from "../interval/granularity";
import type { BucketGrid } from "../interval/grid";
import type { JsonObject } from "../json";
import { AnswerSize, cellsFor, pieceBuckets } from "../queries/answer-size";
import { askInParts } from "../queries/in-parts";
import { askAbout, type MetricSet } from "../queries/metric-set";
import type { Answered, Part } from "../queries/part";
import type { IntervalSource, Keys } from "./source";

/** One query of aggregates: all that differs between them. */
export interface AggregatesQuestion {
  readonly kind: PollKind;
  readonly family?: string | undefined;
  /** All dimensions of the grouping, those of `filter` included. */
  readonly groupBy: readonly string[];
  /** The dimension whose values are asked by id; `undefined` where none is. */
  readonly key: string | undefined;
  /** Keys that the API takes in one request. */
  readonly cap: number;
  /** What the answer is narrowed to beside keys, each `dimension=value`. */
  readonly filter: readonly string[];
  /** What the user chose: entries of the selection that `keys` resolves, and metrics. */
  readonly chosen: { readonly keys: readonly string[]; readonly metrics: readonly string[] };
  readonly metrics: MetricSet;
  readonly keys: (options: CallOptions) => Promise<Keys | undefined>;
  /** Sends one request. */
  readonly ask: (
    interval: Interval,
    metrics: readonly string[],
    keys: readonly string[] | undefined,
    options: CallOptions,
  ) => Promise<Part>;
  readonly doubt?: IntervalSource["doubt"];
  /** Adds what people read. */
  readonly explain: (
    rows: readonly JsonObject[],
    answered: Answered,
    options: CallOptions,
  ) => Promise<Answered>;
}

/** Asks any query of aggregates by interval, split so that requests and answers stay within their bounds. */
export class AggregatesSource implements IntervalSource {
  readonly kind: PollKind;
  readonly family: string | undefined;
  readonly groupBy: readonly string[];
  readonly key: string | undefined;
  readonly filter: readonly string[];
  readonly chosen: IntervalSource["chosen"];
  readonly #question: AggregatesQuestion;
  readonly #grid: BucketGrid;
  readonly #size: AnswerSize;
  #keys = 0;

  constructor(question: AggregatesQuestion, grid: BucketGrid) {
    this.kind = question.kind;
    this.family = question.family;
    this.groupBy = question.groupBy;
    this.key = question.key;
    this.filter = question.filter;
    this.chosen = question.chosen;
    this.#question = question;
    this.#grid = grid;
    const further = question.groupBy.filter((name) => name !== question.key && name !== "mediaType");
    this.#size = new AnswerSize(question.cap, cellsFor(question.key ? further : []));
  }

  get metrics(): readonly string[] {
    return this.#question.metrics.active;
  }

  get pieceBuckets(): number {
    return pieceBuckets(this.#keys);
  }

  async keys(options: CallOptions): Promise<Keys | undefined> {
    const keys = await this.#question.keys(options);
    this.#keys = keys?.ids.length ?? 0;
    return keys;
  }

  async ask(
    interval: Interval,
    keys: readonly string[] | undefined,
    options: CallOptions,
  ): Promise<Answered> {
    const { metrics } = this.#question;
    const buckets = this.#grid.count(interval);
    const ask = (part: readonly string[] | undefined) =>
      askAbout(metrics, part, (some, active) => this.#question.ask(interval, active, some, options));
    if (!keys) return { ...(await ask(undefined)), failures: [] };
    const size = this.#size.keys(buckets);
    return askInParts(keys, { size, onTooLarge: (count) => this.#size.tooLarge(count, buckets) }, ask);
  }

  doubt(keys: readonly string[]): void {
    this.#question.doubt?.(keys);
  }

  explain(rows: readonly JsonObject[], answered: Answered, options: CallOptions): Promise<Answered> {
    return this.#question.explain(rows, answered, options);
  }
}
