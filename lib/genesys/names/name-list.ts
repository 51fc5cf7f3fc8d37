import type { Clock } from "../../time/clock";
import { asGenesysError, type GenesysError } from "../errors";
import type { CallOptions } from "../http/client";
import { listAgeMs, TOTAL_AGE_MS } from "./list-ages";

/** Names by id; blank where Genesys Cloud has none. */
export type Names = ReadonlyMap<string, string>;

/** A list as it was read. */
export interface ListedNames {
  readonly names: Names;
  /** The list's own count of its entries. */
  readonly total?: number | undefined;
  /** Why entries are missing. */
  readonly cut?: GenesysError | undefined;
}

/** The requests behind a list. */
export interface ListSource {
  readonly load: (options: CallOptions) => Promise<ListedNames>;
  /** Counts the entries with one cheap request; absent, or `undefined`, where the list has no count. */
  readonly total?: (options: CallOptions) => Promise<number | undefined>;
  /** Time after which it is read again; its length decides where this is absent. */
  readonly maxAgeMs?: number;
}

/** An unknown id is a reason to look again, but not with every poll. */
const MIN_AGE_MS = 60_000;
/** Names kept of entries that are gone. */
const MAX_FORMER = 1_000;
/** A missing permission may be granted meanwhile. */
const RETRY_FORBIDDEN_MS = 600_000;

/**
 * Lists the queues or users that the OAuth client may see. Changes are found within minutes while the old list serves;
 * a list that cannot be read leaves the old one in place.
 */
export class NameList {
  readonly #source: ListSource;
  readonly #clock: Clock;
  #listed: ListedNames | undefined;
  /** By the monotonic clock: when the list was read, when that was tried last, when its entries were counted. */
  #readAt = -Infinity;
  #triedAt = -Infinity;
  #countedAt = -Infinity;
  #problem: GenesysError | undefined;
  #loading: Promise<void> | undefined;
  #counting = false;
  /** Names of entries that are no longer listed. */
  readonly #former = new Map<string, string>();
  /** Ids that were unknown after the last load as well: deleted, or hidden. */
  #unknown = new Set<string>();

  constructor(source: ListSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** Why there is no list, or no new one. */
  get problem(): GenesysError | undefined {
    return this.#problem;
  }

  /** When the list was read, milliseconds since the epoch; `undefined` when there is none. */
  get asOf(): number | undefined {
    return this.#listed && this.#clock.now() - (this.#clock.monotonic() - this.#readAt);
  }

  /** Whether an id is in the list; true without a list. */
  mayHold(id: string): boolean {
    return this.#listed?.names.has(id) ?? true;
  }

  /** The name that an id had when it was last listed. */
  nameOf(id: string): string | undefined {
    return this.#listed?.names.get(id) || this.#former.get(id);
  }

  /** What is missing of the list, in words; `undefined` when nothing is. */
  get gap(): string | undefined {
    const { names, total, cut } = this.#listed ?? {};
    if (!names || !cut) return undefined;
    return `the list ends after ${names.size} of ${total ?? "unknown"} entries, the others are not polled: ${cut.message}`;
  }

  /**
   * The list; reads it where there is none, and renews a due one in the background.
   *
   * @returns `undefined` when the OAuth client lacks the permission for it
   * @throws GenesysError when there is no list, and none can be had now
   */
  async get(options: CallOptions = {}): Promise<Names | undefined> {
    const now = this.#clock.monotonic();
    const { listPatience = 1 } = options;
    if (this.#listed) {
      const lookMs = TOTAL_AGE_MS * listPatience;
      const ageMs = (this.#source.maxAgeMs ?? listAgeMs(this.#listed.names.size)) * listPatience;
      const dueInMs = this.#triedAt + ageMs - now;
      const countedMs = now - Math.max(this.#triedAt, this.#countedAt);
      if (dueInMs <= 0) void this.#refresh({});
      // No count shortly before the whole list is read.
      else if (countedMs >= lookMs && dueInMs > lookMs / 2) void this.#count();
      return this.#listed.names;
    }
    if (this.#problem?.kind === "forbidden" && now - this.#triedAt < RETRY_FORBIDDEN_MS) return undefined;
    await this.#refresh(options);
    // Set meanwhile, which the compiler cannot see.
    const { names } = (this.#listed as ListedNames | undefined) ?? {};
    if (names || this.#problem?.kind === "forbidden") return names;
    throw this.#problem!;
  }

  /** As `get`, but reads the list again for an unknown id. Never throws: a missing name is no reason to fail. */
  async covering(ids: Iterable<string>, options: CallOptions = {}): Promise<Names> {
    const names = await this.get(options).catch(() => undefined);
    if (!names) return new Map();
    const unknown = [...ids].filter((id) => !names.has(id) && !this.#unknown.has(id));
    if (unknown.length > 0 && this.#clock.monotonic() - this.#triedAt >= MIN_AGE_MS) {
      await this.#refresh(options);
      for (const id of unknown) this.#unknown.add(id);
    }
    return this.#listed?.names ?? names;
  }

  /** Counts the entries, and reads the list again when their number has changed. */
  async #count(): Promise<void> {
    if (this.#counting || this.#loading || !this.#source.total || this.#listed?.total === undefined) return;
    this.#counting = true;
    this.#countedAt = this.#clock.monotonic();
    try {
      const total = await this.#source.total({});
      if (total !== undefined && total !== this.#listed.total) await this.#refresh({});
    } catch {
      // The whole list is read before long, and says what is wrong.
    } finally {
      this.#counting = false;
    }
  }

  #refresh(options: CallOptions): Promise<void> {
    // Others may wait for it as well: it must not end with the node that asked first.
    const { deadline } = options;
    this.#loading ??= this.#reload({ deadline }).finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  #keepNames(before: Names, now: Names): void {
    for (const [id, name] of before) if (name && !now.has(id)) this.#former.set(id, name);
    for (const id of this.#former.keys()) {
      if (this.#former.size > MAX_FORMER || now.has(id)) this.#former.delete(id);
    }
  }

  async #reload(options: CallOptions): Promise<void> {
    const startedAt = this.#clock.monotonic();
    try {
      const before = this.#listed;
      this.#listed = await this.#source.load(options);
      this.#keepNames(before?.names ?? new Map(), this.#listed.names);
      this.#problem = undefined;
      this.#unknown = new Set();
      this.#readAt = startedAt;
    } catch (error) {
      this.#problem = asGenesysError(error);
      if (this.#problem.kind !== "forbidden" && !this.#listed) return;
    }
    this.#triedAt = this.#clock.monotonic();
  }
}
