import { GenesysError } from "../errors";
import type { CallOptions, Client, Query } from "../http/client";
import { textOf } from "../json";
import type { ListedNames, ListSource } from "./name-list";
import { type Listed, loadPages, loadTotal } from "./pages";

const OTHERS_AGE_MS = 3_600_000;

interface Address {
  readonly path: string;
  readonly query?: Query;
}

/** A list of the platform API. */
export interface PlatformList {
  /** Where it may be had, the fullest first; each may need another permission. */
  readonly addresses: readonly [Address, ...Address[]];
  /** What the OAuth client's role needs for the first of them; absent where any client may. */
  readonly permission?: string;
}

export const QUEUES: PlatformList = {
  permission: "routing:queue:view",
  addresses: [
    { path: "/api/v2/routing/queues" },
    // Needs `routing:queue:search` only. Without `/all` it ends after five pages of a hundred.
    { path: "/api/v2/routing/queues/divisionviews/all" },
  ],
};

/** Active users. */
export const USERS: PlatformList = {
  permission: "directory:user:view",
  addresses: [{ path: "/api/v2/users", query: { state: "active" } }],
};

/** The organisation's own presences. */
export const PRESENCES = at("/api/v2/presence/definitions", "presence:presenceDefinition:view");

/** The lists beside those of queues and users, by the property of a group that takes the name. */
export const OTHER_NAMES: ReadonlyMap<string, PlatformList> = new Map([
  ["wrapUpName", at("/api/v2/routing/wrapupcodes", "routing:wrapupCode:view")],
  [
    "flowName",
    {
      permission: "architect:flow:view",
      // The second needs another permission, and has the client's divisions only.
      addresses: [{ path: "/api/v2/flows" }, { path: "/api/v2/flows/divisionviews" }],
    },
  ],
  ["flowOutcomeName", at("/api/v2/flows/outcomes", "architect:flowOutcome:view")],
  ["teamName", at("/api/v2/teams", "groups:team:view")],
  ["divisionName", at("/api/v2/authorization/divisions")],
  ["skillName", at("/api/v2/routing/skills", "routing:skill:view")],
  ["languageName", at("/api/v2/routing/languages")],
]);

function at(path: string, permission?: string): PlatformList {
  return { addresses: [{ path }], ...(permission && { permission }) };
}

/** A list of names such as `wrapUpName`; `undefined` where there is none. */
export function otherList(client: Client, nameKey: string): ListSource | undefined {
  const list = OTHER_NAMES.get(nameKey);
  // An unknown id is looked up at once, so that the list may be older.
  return list && { load: namesIn(client, list).load, maxAgeMs: OTHERS_AGE_MS };
}

/** Ids of the members of a queue, active on it or not. */
export async function loadMembers(client: Client, queueId: string, options: CallOptions): Promise<string[]> {
  const path = `/api/v2/routing/queues/${encodeURIComponent(queueId)}/members`;
  const { entities } = await loadPages(client, path, {}, options);
  return entities.map((member) => textOf(member, "id")).filter((id) => id !== undefined);
}

/** Reads all entries of a list, for a dialog. @throws GenesysError when it cannot be read */
export async function loadList(
  client: Client,
  list: PlatformList,
  options: CallOptions,
): Promise<readonly unknown[]> {
  const load = ({ path, query = {} }: Address) => loadPages(client, path, query, options);
  return (await new FirstAllowed(list).ask(load)).entities;
}

/** The names of a list. */
export function namesIn(client: Client, list: PlatformList): ListSource {
  const addresses = new FirstAllowed(list);
  return {
    load: async (options) =>
      namesOf(await addresses.ask(({ path, query = {} }) => loadPages(client, path, query, options))),
    total: (options) => addresses.ask(({ path, query = {} }) => loadTotal(client, path, query, options)),
  };
}

/** Asks the first address of a list that the OAuth client may ask, and remembers it. */
class FirstAllowed {
  readonly #addresses: readonly Address[];
  #allowed = 0;

  constructor({ addresses }: PlatformList) {
    this.#addresses = addresses;
  }

  async ask<T>(ask: (address: Address) => Promise<T>): Promise<T> {
    let refusal: GenesysError | undefined;
    for (let index = this.#allowed; index < this.#addresses.length; index++) {
      try {
        const answer = await ask(this.#addresses[index]!);
        this.#allowed = index;
        return answer;
      } catch (error) {
        // Report the first address: its permission is the one to grant.
        if (!(error instanceof GenesysError) || error.kind !== "forbidden") throw error;
        refusal ??= error;
      }
    }
    this.#allowed = 0;
    throw refusal!;
  }
}

function namesOf({ entities, total, cut }: Listed): ListedNames {
  const names = new Map<string, string>();
  for (const entity of entities) {
    const id = textOf(entity, "id");
    if (id) names.set(id, textOf(entity, "name") ?? "");
  }
  return { names, total, ...(cut && { cut }) };
}
