import { GenesysError } from "../errors";
import type { CallOptions } from "../http/client";
import { type Notices, UNANSWERED } from "../notices";
import type { NameList, Names } from "./name-list";
import { hasWildcard, matcher } from "./wildcard";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const NO_SUCH = { queue: "noSuchQueue", user: "noSuchAgent" } as const;
const SEES_NONE = { queue: "seesNoQueues", user: "seesNoAgents" } as const;

/** What a user chose of queues or users, by ids, names or wildcards; nothing chosen means all. */
export class Selection {
  readonly #chosen: readonly string[];
  readonly #noun: "queue" | "user";
  readonly #list: NameList;
  readonly #notices: Notices;
  #resolved: { readonly names: Names | undefined; readonly ids: string[] } | undefined;

  constructor(chosen: readonly string[], noun: "queue" | "user", list: NameList, notices: Notices) {
    this.#chosen = chosen;
    this.#noun = noun;
    this.#list = list;
    this.#notices = notices;
  }

  /** Whether nothing is chosen, which means all. */
  get isAll(): boolean {
    return this.#chosen.length === 0;
  }

  /** When the list was read that the choice is made from; milliseconds since the epoch. */
  get asOf(): number | undefined {
    return this.#list.asOf;
  }

  /**
   * Resolves the choice to ids; entries that match nothing are noticed by name.
   *
   * @returns `undefined` when all are wanted, and the OAuth client may not list them
   * @throws GenesysError when the choice needs a list that cannot be had, or comes to nothing
   */
  async ids(options: CallOptions): Promise<string[] | undefined> {
    const names = await this.#names(options);
    const { gap } = this.#list;
    this.#notices.set(`${this.#noun} list`, gap && `${this.#noun}s: ${gap}`);
    if (this.isAll && !names) return undefined;
    if (this.#resolved && this.#resolved.names === names) return this.#resolved.ids;
    const ids = this.isAll ? [...names!.keys()] : this.#resolve(names);
    if (ids.length === 0) throw this.#nothing(names);
    this.#resolved = { names, ids };
    return ids;
  }

  /** Notices queues that are listed and never answered; `ids` has noticed those that are not even listed. */
  tellHidden(unanswered: readonly string[]): void {
    const hidden = unanswered.filter((id) => this.#list.mayHold(id));
    const words = hiddenInWords(hidden, (id) => this.#list.nameOf(id));
    this.#notices.set(UNANSWERED.hidden, words, "all queues are answered");
  }

  /** The list; a choice of ids alone does without it. */
  async #names(options: CallOptions): Promise<Names | undefined> {
    try {
      return await this.#list.get(options);
    } catch (error) {
      if (!this.isAll && this.#chosen.every((entry) => UUID.test(entry))) return undefined;
      throw error;
    }
  }

  #resolve(names: Names | undefined): string[] {
    const ids = new Set<string>();
    const missing: string[] = [];
    for (const entry of this.#chosen) {
      const found = names?.has(entry) ? [entry] : find(entry, names);
      for (const id of found) ids.add(id);
      if (found.length > 0) continue;
      // A deleted queue is in no list, but still in the history.
      if (UUID.test(entry)) ids.add(entry);
      if (names || !UUID.test(entry)) missing.push(entry);
    }
    this.#notices.set(this.#noun, missing.length > 0 ? this.#missing(missing, names) : undefined);
    return [...ids];
  }

  #missing(missing: readonly string[], names: Names | undefined): string {
    const listed = missing.map((entry) => `"${entry}"`).join(", ");
    const noun = missing.length === 1 ? this.#noun : `${this.#noun}s`;
    if (!names) {
      return `${noun} ${listed} cannot be looked up by name (${this.#list.problem?.message ?? "no list"}): use ids, or grant the permission`;
    }
    return hasWildcard(missing.join(""))
      ? `${noun} ${listed}: nothing matches, or the OAuth client's divisions hide it`
      : `${noun} ${listed}: no such ${this.#noun}, or the OAuth client's divisions hide it`;
  }

  #nothing(names: Names | undefined): GenesysError {
    if (!this.isAll) {
      return new GenesysError(
        names ? NO_SUCH[this.#noun] : "forbidden",
        names
          ? `none of the chosen ${this.#noun}s exists, or the OAuth client's divisions hide them: ${this.#chosen.slice(0, 10).join(", ")}`
          : `the chosen ${this.#noun}s cannot be looked up by name: ${this.#list.problem?.message ?? "no list"}`,
      );
    }
    return new GenesysError(
      SEES_NONE[this.#noun],
      `the OAuth client sees no ${this.#noun}s: give its role the divisions that hold them`,
    );
  }
}

function find(entry: string, names: Names | undefined): string[] {
  if (!names) return [];
  const matches = matcher(entry);
  return [...names].filter(([id, name]) => matches(name) || matches(id)).map(([id]) => id);
}

/** Names hidden queues, in words for the user; `undefined` where there are none. */
function hiddenInWords(
  ids: readonly string[],
  nameOf: (id: string) => string | undefined,
): string | undefined {
  if (ids.length === 0) return undefined;
  const named = ids.slice(0, 10).map((id) => nameOf(id) ?? id);
  const more = ids.length > 10 ? ` and ${ids.length - 10} more` : "";
  return (
    `${ids.length} queue${ids.length === 1 ? " is" : "s are"} listed and never answered: ${named.join(", ")}${more}; ` +
    "give the OAuth client's role for analytics the divisions that hold them"
  );
}
