import type { Clock } from "../../time/clock";
import { asGenesysError, type GenesysError } from "../errors";
import type { CallOptions } from "../http/client";

/** Ids to names; the name is blank where Genesys Cloud tells none. */
export type Names = ReadonlyMap<string, string>;

/** Lists change slowly, and cost a request per 100 entries. */
const MAX_AGE_MS = 3_600_000;
/** An unknown id is a reason to look again, but not with every poll. */
const MIN_AGE_MS = 60_000;
/** A missing permission may be granted meanwhile. */
const RETRY_FORBIDDEN_MS = 600_000;

/**
 * All queues or users that the OAuth client may see, kept for an hour. An old list goes on serving while a new one is
 * loaded behind it.
 */
export class NameList {
  readonly #load: (options: CallOptions) => Promise<Names>;
  readonly #clock: Clock;
  #names: Names | undefined;
  #loadedAt = -Infinity;
  #problem: GenesysError | undefined;
  #loading: Promise<void> | undefined;
  /** Ids that were unknown after the last load as well: deleted, or hidden. */
  #unknown = new Set<string>();

  constructor(load: (options: CallOptions) => Promise<Names>, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
  }

  /** Why there is no list, or no new one. */
  get problem(): GenesysError | undefined {
    return this.#problem;
  }

  /**
   * @returns `undefined` when the OAuth client lacks the permission for it
   * @throws GenesysError when there is no list, and none can be had now
   */
  async get(options: CallOptions = {}): Promise<Names | undefined> {
    const age = this.#clock.now() - this.#loadedAt;
    if (this.#names) {
      if (age >= MAX_AGE_MS) void this.#refresh({});
      return this.#names;
    }
    if (this.#problem?.kind === "forbidden" && age < RETRY_FORBIDDEN_MS) return undefined;
    await this.#refresh(options);
    if (this.#names || this.#problem?.kind === "forbidden") return this.#names;
    throw this.#problem!;
  }

  /** As `get`, after looking again when any of the ids is new to us. Never throws: names are only names. */
  async covering(ids: Iterable<string>, options: CallOptions = {}): Promise<Names> {
    const names = await this.get(options).catch(() => undefined);
    if (!names) return new Map();
    const unknown = [...ids].filter((id) => !names.has(id) && !this.#unknown.has(id));
    if (unknown.length > 0 && this.#clock.now() - this.#loadedAt >= MIN_AGE_MS) {
      await this.#refresh(options);
      for (const id of unknown) this.#unknown.add(id);
    }
    return this.#names ?? names;
  }

  #refresh(options: CallOptions): Promise<void> {
    // Others may wait for it as well: it must not end with the node that asked first.
    const { deadline } = options;
    this.#loading ??= this.#reload({ deadline }).finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #reload(options: CallOptions): Promise<void> {
    try {
      this.#names = await this.#load(options);
      this.#problem = undefined;
      this.#unknown = new Set();
    } catch (error) {
      this.#problem = asGenesysError(error);
      if (this.#problem.kind !== "forbidden" && !this.#names) return;
    }
    this.#loadedAt = this.#clock.now();
  }
}
