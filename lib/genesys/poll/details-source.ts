import type { CallOptions, Client } from "../http/client";
import type { Interval } from "../interval/granularity";
import type { BucketGrid } from "../interval/grid";
import type { JsonObject } from "../json";
import { matcher } from "../names/wildcard";
import { askQueueDetails } from "../queries/queue-details";
import type { Answered } from "../queries/part";
import type { IntervalSource } from "./source";

/** Buckets of a request: the answer is one row a queue, of one minute. */
const PIECE_BUCKETS = 1;

/** The source of the tutorial's query. Its rows have no names, so that `queues` match ids (and names, if any come). */
export class QueueDetailsSource implements IntervalSource {
  readonly kind = "queue-details";
  readonly groupBy = ["queueId"];
  readonly key = undefined;
  readonly filter = [];
  readonly metrics = [];
  readonly chosen: IntervalSource["chosen"];
  readonly pieceBuckets = PIECE_BUCKETS;
  readonly #client: Client;
  readonly #grid: BucketGrid;
  readonly #wanted: (queueId: string, queueName: string | undefined) => boolean;

  constructor(client: Client, grid: BucketGrid, queues: readonly string[]) {
    const matchers = queues.map(matcher);
    this.chosen = { keys: queues, metrics: [] };
    this.#client = client;
    this.#grid = grid;
    this.#wanted = (id, name) =>
      matchers.length === 0 ||
      matchers.some((matches) => matches(id) || (name !== undefined && matches(name)));
  }

  keys(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async ask(
    interval: Interval,
    _keys: readonly string[] | undefined,
    options: CallOptions,
  ): Promise<Answered> {
    const { granularity } = this.#grid;
    const part = await askQueueDetails(this.#client, interval, granularity, this.#wanted, options);
    return { ...part, failures: [] };
  }

  explain(rows: readonly JsonObject[], answered: Answered): Promise<Answered> {
    return Promise.resolve({ ...answered, rows });
  }
}
