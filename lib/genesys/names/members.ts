import { asGenesysError, GenesysError } from "../errors";
import type { CallOptions, Client } from "../http/client";
import { membersAgeMs } from "./list-ages";
import { loadMembers } from "./lists";

/** The members of some queues. */
export interface Membership {
  readonly ids: readonly string[];
  /** Queues that do not exist, or no longer do. */
  readonly gone: readonly string[];
  /** When the oldest of the lists was read; milliseconds since the epoch. */
  readonly asOf: number;
}

/** Times are those of the monotonic clock. */
interface Queue {
  ids: readonly string[];
  gone: boolean;
  readAt: number;
  triedAt: number;
}

/** The members of queues, read again within minutes. A list that cannot be read again serves on. */
export class Members {
  readonly #client: Client;
  readonly #queues = new Map<string, Queue>();
  readonly #loading = new Map<string, Promise<void>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** @throws GenesysError when a list was never read, and cannot be read now */
  async of(queueIds: readonly string[], options: CallOptions): Promise<Membership> {
    const { clock } = this.#client;
    const now = clock.monotonic();
    const maxAge = membersAgeMs(queueIds.length);
    const unread = queueIds.filter((id) => !this.#queues.has(id));
    await Promise.all(unread.map((id) => this.#read(id, options)));
    const queues = queueIds.map((id) => [id, this.#queues.get(id)] as const);
    for (const [id, queue] of queues) {
      if (queue && now - queue.triedAt >= maxAge) void this.#read(id, {}).catch(() => undefined);
    }
    const known = queues.flatMap(([, queue]) => (queue ? [queue] : []));
    return {
      ids: [...new Set(known.flatMap(({ ids }) => ids))],
      gone: queues.filter(([, queue]) => queue?.gone).map(([id]) => id),
      asOf: clock.now() - known.reduce((oldest, { readAt }) => Math.max(oldest, now - readAt), 0),
    };
  }

  #read(id: string, { deadline }: CallOptions): Promise<void> {
    let loading = this.#loading.get(id);
    if (!loading) {
      // Other callers may wait for it too, so take over the deadline only.
      loading = this.#load(id, { deadline }).finally(() => this.#loading.delete(id));
      this.#loading.set(id, loading);
    }
    return loading;
  }

  async #load(id: string, options: CallOptions): Promise<void> {
    const readAt = this.#client.clock.monotonic();
    const known = this.#queues.get(id);
    if (known) known.triedAt = readAt;
    try {
      const ids = await loadMembers(this.#client, id, options);
      this.#queues.set(id, { ids, gone: false, readAt, triedAt: readAt });
    } catch (thrown) {
      const error = asGenesysError(thrown);
      if (error.kind !== "notFound") throw error;
      this.#queues.set(id, { ids: [], gone: true, readAt, triedAt: readAt });
    }
  }
}

/** Names queues whose members cannot be had because the queues are gone. @throws GenesysError when all are */
export function tellGone({ gone }: Membership, queueIds: readonly string[]): string | undefined {
  if (gone.length === 0) return undefined;
  const named = gone.slice(0, 10).join(", ") + (gone.length > 10 ? ` and ${gone.length - 10} more` : "");
  const words = `queue${gone.length === 1 ? "" : "s"} ${named}: deleted, or hidden by a division; members are not polled for it`;
  if (gone.length === queueIds.length) throw new GenesysError("noSuchQueue", words);
  return words;
}
