import { GenesysError } from "../errors";
import type { CallOptions, Client, Query } from "../http/client";
import { textOf } from "../json";
import type { ListedNames, ListSource } from "./name-list";
import { type Listed, loadPages, loadTotal } from "./pages";

const OTHERS_AGE_MS = 3_600_000;

/** A list of the platform API: path and query. */
interface Address {
  readonly path: string;
  readonly query: Query;
}

/** Queues, with `routing:queue:view` or else `routing:queue:search`. */
export function queueList(client: Client): ListSource {
  const lists: readonly Address[] = [
    { path: "/api/v2/routing/queues", query: {} },
    // Without `/all` it ends after five pages of a hundred.
    { path: "/api/v2/routing/queues/divisionviews/all", query: {} },
  ];
  return sourceOf(client, lists);
}

/** Active users. */
export function userList(client: Client): ListSource {
  return sourceOf(client, [{ path: "/api/v2/users", query: { state: "active" } }]);
}

/** A list of names beside those of queues and users. */
interface OtherNames {
  readonly paths: readonly string[];
  /** What the OAuth client's role needs for the first of them; absent where any client may. */
  readonly permission?: string;
}

/** By the property of a group that takes the name. */
const OTHERS: Readonly<Record<string, OtherNames>> = {
  wrapUpName: { paths: ["/api/v2/routing/wrapupcodes"], permission: "routing:wrapupCode:view" },
  // The second needs another permission, and has the client's divisions only.
  flowName: { paths: ["/api/v2/flows", "/api/v2/flows/divisionviews"], permission: "architect:flow:view" },
  flowOutcomeName: { paths: ["/api/v2/flows/outcomes"], permission: "architect:flowOutcome:view" },
  teamName: { paths: ["/api/v2/teams"], permission: "groups:team:view" },
  divisionName: { paths: ["/api/v2/authorization/divisions"] },
  skillName: { paths: ["/api/v2/routing/skills"], permission: "routing:skill:view" },
  languageName: { paths: ["/api/v2/routing/languages"] },
};

/** The lists of names beside those of queues and users, by the property of a group, with the permission of each. */
export const OTHER_NAMES: ReadonlyMap<string, string | undefined> = new Map(
  Object.entries(OTHERS).map(([name, { permission }]) => [name, permission]),
);

/** A list of names such as `wrapUpName`; `undefined` where there is none. */
export function otherList(client: Client, nameKey: string): ListSource | undefined {
  const paths = Object.hasOwn(OTHERS, nameKey) ? OTHERS[nameKey]?.paths : undefined;
  if (!paths) return undefined;
  const { load } = sourceOf(
    client,
    paths.map((path) => ({ path, query: {} })),
  );
  // An unknown id is looked up at once, so that the list may be older.
  return { load, maxAgeMs: OTHERS_AGE_MS };
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
  path: string,
  query: Query,
  options: CallOptions,
): Promise<readonly unknown[]> {
  return (await loadPages(client, path, query, options)).entities;
}

/** Makes a list of several addresses: uses the first that the OAuth client may ask. */
function sourceOf(client: Client, addresses: readonly Address[]): ListSource {
  let allowed = 0;
  const tryEach = async <T>(ask: (address: Address) => Promise<T>): Promise<T> => {
    let refusal: GenesysError | undefined;
    for (let index = allowed; index < addresses.length; index++) {
      try {
        const answer = await ask(addresses[index]!);
        allowed = index;
        return answer;
      } catch (error) {
        // Report the first address: its permission is the one to grant.
        if (!(error instanceof GenesysError) || error.kind !== "forbidden") throw error;
        refusal ??= error;
      }
    }
    allowed = 0;
    throw refusal!;
  };
  return {
    load: async (options) =>
      namesOf(await tryEach(({ path, query }) => loadPages(client, path, query, options))),
    total: (options) => tryEach(({ path, query }) => loadTotal(client, path, query, options)),
  };
}

function namesOf({ entities, total, cut }: Listed): ListedNames {
  const names = new Map<string, string>();
  for (const entity of entities) {
    const id = textOf(entity, "id");
    if (id) names.set(id, textOf(entity, "name") ?? "");
  }
  return { names, total, ...(cut && { cut }) };
}
