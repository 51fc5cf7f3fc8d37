import { asGenesysError } from "../errors";
import type { CallOptions, Client } from "../http/client";
import { type JsonObject, textOf } from "../json";
import { askInParts } from "./in-parts";
import type { Answered } from "./part";
import { askQueueObservations, QUEUE_OBSERVATIONS_CAP, queueObservationsQuery } from "./queue-observations";

/** Every queue is looked at this often. */
const EVERY_MS = 3_600_000;
/** A failure that may pass is tried again after this. */
const AGAIN_MS = 300_000;
/** Where the live query is not allowed: a queue without a row for so long is hidden. A closed one has none at night. */
const WITHOUT_ROWS_MS = 5 * 86_400_000;
/** The cheapest question about a queue: it is answered whatever goes on in it. */
const METRIC = "oMemberUsers";

/** What is known of one queue. */
interface Queue {
  /** When it was first asked for, and when a row came last; milliseconds since the epoch. */
  readonly since: number;
  rowAt: number;
  /** When the live query was last asked about it, and whether it brought a group. */
  askedAt: number;
  answered: boolean | undefined;
}

/** One for all nodes of a connection. */
const ALL = new WeakMap<Client, HiddenQueues>();

/**
 * Queues that the OAuth client's role lists, and its analytics role does not reach: Genesys never answers for them, and
 * says nothing about it. A queue for which nothing happens is answered by aggregates with nothing as well, so that only
 * the live query tells the two apart: it is asked at the start and then hourly.
 */
export class HiddenQueues {
  readonly #client: Client;
  readonly #queues = new Map<string, Queue>();
  #asking: Promise<void> | undefined;
  #forbidden = false;
  #askAgainAt = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** What is known by the nodes of a connection together. */
  static of(client: Client): HiddenQueues {
    const known = ALL.get(client) ?? new HiddenQueues(client);
    ALL.set(client, known);
    return known;
  }

  /** Which of the queues are hidden, as far as is known; looks at those that are due behind it. */
  among(ids: readonly string[], options: CallOptions = {}): string[] {
    const now = this.#client.clock.now();
    for (const id of ids) {
      if (!this.#queues.has(id)) {
        this.#queues.set(id, { since: now, rowAt: now, askedAt: -Infinity, answered: undefined });
      }
    }
    const due = ids.filter((id) => now - this.#queues.get(id)!.askedAt >= EVERY_MS);
    if (due.length > 0 && now >= this.#askAgainAt && !this.#asking) {
      this.#asking = this.#look(due, options).finally(() => (this.#asking = undefined));
    }
    return ids.filter((id) => {
      const { answered, rowAt } = this.#queues.get(id)!;
      return this.#forbidden ? now - rowAt >= WITHOUT_ROWS_MS : answered === false;
    });
  }

  /** Notes an answer of a live query about these queues, which somebody asked anyway. */
  answered(ids: readonly string[], { rows, failures }: Answered): void {
    const now = this.#client.clock.now();
    const found = new Set(rows.map(({ group }) => textOf(group, "queueId")));
    const failed = new Set(failures.flatMap(({ keys }) => keys));
    for (const id of ids) {
      if (failed.has(id)) continue;
      const { since = now, rowAt = now } = this.#queues.get(id) ?? {};
      this.#queues.set(id, { since, rowAt, askedAt: now, answered: found.has(id) });
    }
  }

  /** Notes for which queues rows came. */
  sawRows(rows: readonly JsonObject[]): void {
    const now = this.#client.clock.now();
    for (const { group } of rows) {
      const queue = this.#queues.get(textOf(group, "queueId") ?? "");
      if (queue) queue.rowAt = now;
    }
  }

  async #look(ids: readonly string[], { signal }: CallOptions): Promise<void> {
    const options = { signal, background: true };
    this.#askAgainAt = this.#client.clock.now() + AGAIN_MS;
    try {
      const answer = await askInParts(ids, { size: QUEUE_OBSERVATIONS_CAP }, (part) =>
        askQueueObservations(this.#client, queueObservationsQuery([METRIC], part), options),
      );
      this.#forbidden = false;
      this.#askAgainAt = 0;
      this.answered(ids, answer);
    } catch (error) {
      // Any other failure leaves what was known; the polls themselves say what is wrong.
      if (asGenesysError(error).kind !== "forbidden") return;
      this.#forbidden = true;
      this.#askAgainAt = this.#client.clock.now() + EVERY_MS;
    }
  }
}
