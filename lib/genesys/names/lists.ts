import { GenesysError } from "../errors";
import type { CallOptions, Client, Query } from "../http/client";
import { describeType } from "../../terms/json";
import { isObject, numberOf, propertyOf, textOf } from "../json";
import type { Names } from "./name-list";

/** 100 is a page size that every list of the platform API is known to take. */
const PAGE_SIZE = 100;
const MAX_PAGES = 1_000;

/**
 * Loads all pages of a list. The number of pages stands in the answer; where it does not, the first page that is not
 * full is the last. The `nextUri`s, relative where present, are not needed.
 *
 * @throws GenesysError when a page cannot be had, or holds no entities
 */
export async function loadList(
  client: Client,
  path: string,
  query: Query,
  options: CallOptions,
): Promise<unknown[]> {
  const load = async (pageNumber: number) => {
    const page = await client.get(path, { ...query, pageSize: PAGE_SIZE, pageNumber }, options);
    const entities = propertyOf(page, "entities");
    if (!Array.isArray(entities)) {
      const found = isObject(page) ? `${describeType(entities)} as "entities"` : describeType(page);
      throw new GenesysError("answer", `GET ${path}: expected a list of entities, found ${found}`);
    }
    return { page, entities: entities as unknown[] };
  };
  const first = await load(1);
  const pageCount = numberOf(first.page, "pageCount");
  // The service may give smaller pages than it was asked for.
  const pageSize = numberOf(first.page, "pageSize") ?? PAGE_SIZE;
  const all = [...first.entities];
  if (pageCount !== undefined) {
    const rest = Array.from({ length: Math.min(pageCount, MAX_PAGES) - 1 }, (_, index) => load(index + 2));
    for (const { entities } of await Promise.all(rest)) for (const entity of entities) all.push(entity);
    return all;
  }
  let last = first.entities.length;
  for (let pageNumber = 2; last > 0 && last >= pageSize && pageNumber <= MAX_PAGES; pageNumber++) {
    const { entities } = await load(pageNumber);
    for (const entity of entities) all.push(entity);
    last = entities.length;
  }
  return all;
}

/** Queues by either of two permissions: `routing:queue:view`, else `routing:queue:search`. */
export async function loadQueues(client: Client, options: CallOptions): Promise<Names> {
  try {
    return namesOf(await loadList(client, "/api/v2/routing/queues", {}, options));
  } catch (error) {
    if (!(error instanceof GenesysError) || error.kind !== "forbidden") throw error;
    try {
      return namesOf(await loadList(client, "/api/v2/routing/queues/divisionviews", {}, options));
    } catch {
      throw error;
    }
  }
}

/** Active users. */
export async function loadUsers(client: Client, options: CallOptions): Promise<Names> {
  return namesOf(await loadList(client, "/api/v2/users", { state: "active" }, options));
}

/** Ids of the members of a queue, active on it or not. */
export async function loadMembers(client: Client, queueId: string, options: CallOptions): Promise<string[]> {
  const path = `/api/v2/routing/queues/${encodeURIComponent(queueId)}/members`;
  const members = await loadList(client, path, {}, options);
  return members.map((member) => textOf(member, "id")).filter((id) => id !== undefined);
}

function namesOf(entities: readonly unknown[]): Names {
  const names = new Map<string, string>();
  for (const entity of entities) {
    const id = textOf(entity, "id");
    if (id) names.set(id, textOf(entity, "name") ?? "");
  }
  return names;
}
