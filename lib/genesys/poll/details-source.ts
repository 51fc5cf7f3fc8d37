import type { CallOptions, Client } from "../http/client";
import type { Granularity, Interval } from "../interval/granularity";
import { matcher } from "../names/wildcard";
import { askQueueDetails } from "../queries/queue-details";
import type { Answered } from "../queries/part";
import type { PollSource } from "./source";

/** The tutorial's query. Its rows carry no names, so that `queues` are matched with ids (and names, if any come). */
export class QueueDetailsSource implements PollSource {
  readonly kind = "queue-details";
  readonly #wanted: (queueId: string, queueName: string | undefined) => boolean;

  constructor(
    private readonly client: Client,
    private readonly granularity: Granularity,
    queues: readonly string[],
  ) {
    const matchers = queues.map(matcher);
    this.#wanted = (id, name) =>
      matchers.length === 0 ||
      matchers.some((matches) => matches(id) || (name !== undefined && matches(name)));
  }

  async ask(interval: Interval, options: CallOptions): Promise<Answered> {
    const part = await askQueueDetails(this.client, interval, this.granularity, this.#wanted, options);
    return { ...part, failures: [] };
  }
}
