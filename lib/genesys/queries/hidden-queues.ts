import { asGenesysError } from "../errors";
import type { CallOptions, Client } from "../http/client";
import { textOf } from "../json";
import { askInParts } from "./in-parts";
import type { Answered } from "./part";
import { askQueueObservations, QUEUE_OBSERVATIONS_CAP, queueObservationsQuery } from "./queue-observations";

/** Every queue is looked at this often. */
const EVERY_MS = 3_600_000;
/** A failure that may pass is tried again after this. */
const AGAIN_MS = 300_000;
/** The cheapest question about a queue: it is answered whatever goes on in it. */
const METRIC = "oMemberUsers";

/** What is known of one queue. */
interface Queue {
  /** By the monotonic clock: when the live query was last asked about it. */
  readonly askedAt: number;
  /** Whether that brought a group. */
  readonly answered: boolean;
}

/** One for all nodes of a connection. */
const ALL = new WeakMap<Client, HiddenQueues>();

/**
 * Finds queues that the OAuth client's role lists and its analytics role does not reach: Genesys never answers for
 * them, and says nothing about it. Aggregates have no rows for an idle queue either, so only the live query shows the
 * difference: it is asked at the start and then hourly.
 */
export class HiddenQueues {
  readonly #client: Client;
  readonly #queues = new Map<string, Queue>();
  #asking: Promise<void> | undefined;
  #askAgainAt = -Infinity;

  /** Whether the live query is allowed; without it, see `SilentQueues`. */
  allowed: boolean | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The one instance of all nodes of a connection. */
  static of(client: Client): HiddenQueues {
    const known = ALL.get(client) ?? new HiddenQueues(client);
    ALL.set(client, known);
    return known;
  }

  /** Which of the queues are known to be hidden; asks about those that are due in the background. */
  among(ids: readonly string[], options: CallOptions = {}): string[] {
    const now = this.#client.clock.monotonic();
    const due = ids.filter((id) => now - (this.#queues.get(id)?.askedAt ?? -Infinity) >= EVERY_MS);
    if (due.length > 0 && now >= this.#askAgainAt && !this.#asking) {
      this.#asking = this.#look(due, options).finally(() => (this.#asking = undefined));
    }
    return this.allowed ? ids.filter((id) => this.#queues.get(id)?.answered === false) : [];
  }

  /** Notes the answer of a live query about these queues that a poll asked anyway. */
  answered(ids: readonly string[], { rows, failures }: Answered): void {
    const now = this.#client.clock.monotonic();
    const found = new Set(rows.map(({ group }) => textOf(group, "queueId")));
    const failed = new Set(failures.flatMap(({ keys }) => keys));
    for (const id of ids) {
      if (!failed.has(id)) this.#queues.set(id, { askedAt: now, answered: found.has(id) });
    }
    this.allowed = true;
  }

  /** Asks about queues before their hour is over, as some of their figures are missing. */
  doubt(ids: readonly string[]): void {
    const soon = this.#client.clock.monotonic() - EVERY_MS;
    for (const id of ids) {
      const queue = this.#queues.get(id);
      if (queue?.answered && queue.askedAt <= soon + EVERY_MS - AGAIN_MS) {
        this.#queues.set(id, { ...queue, askedAt: soon });
      }
    }
  }

  async #look(ids: readonly string[], { signal }: CallOptions): Promise<void> {
    const options = { signal, background: true };
    this.#askAgainAt = this.#client.clock.monotonic() + AGAIN_MS;
    try {
      const answer = await askInParts(ids, { size: QUEUE_OBSERVATIONS_CAP }, (part) =>
        askQueueObservations(this.#client, queueObservationsQuery([METRIC], part), options),
      );
      this.#askAgainAt = -Infinity;
      this.answered(ids, answer);
    } catch (error) {
      // Any other failure leaves what was known; the polls themselves say what is wrong.
      if (asGenesysError(error).kind !== "forbidden") return;
      this.allowed = false;
      this.#askAgainAt = this.#client.clock.monotonic() + EVERY_MS;
    }
  }
}
