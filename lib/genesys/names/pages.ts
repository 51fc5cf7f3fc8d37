import { describeType } from "../../terms/json";
import { asGenesysError, GenesysError } from "../errors";
import type { CallOptions, Client, Query } from "../http/client";
import { isObject, numberOf, propertyOf, textOf } from "../json";
import { PAGE_SIZE } from "./list-ages";

/** A bound for lists that never end. */
const MAX_PAGES = 1_000;

/** The read part of a list. */
export interface Listed {
  readonly entities: readonly unknown[];
  /** The list's own count of its entries. */
  readonly total: number | undefined;
  /** Why entries are missing. */
  readonly cut?: GenesysError | undefined;
}

interface Page {
  readonly body: unknown;
  readonly entities: readonly unknown[];
}

/**
 * Loads all pages of a list. Its own counts of entries and pages may be wrong or missing. So reading ends when all
 * counts agree, at an empty page, or at a page that is not full once the counted entries are there. The `nextUri`s,
 * relative where present, are not needed.
 *
 * Genesys refuses lists beyond a number of entries (10,000 is known); what was read before that is kept. Where all
 * counted entries were read before, nothing is missing.
 *
 * @throws GenesysError when a page cannot be had, or holds no entities
 */
export async function loadPages(
  client: Client,
  path: string,
  query: Query,
  options: CallOptions,
): Promise<Listed> {
  const load = (pageNumber: number) => loadPage(client, path, { ...query, pageNumber }, options);
  const first = await load(1);
  const total = numberOf(first.body, "total");
  // The service may give smaller pages than it was asked for.
  const pageSize = numberOf(first.body, "pageSize") ?? PAGE_SIZE;
  const claimed = numberOf(first.body, "pageCount") ?? 1;
  const counted = total === undefined ? claimed : Math.ceil(total / Math.max(1, pageSize));
  const known = Math.max(1, Math.min(claimed, counted, MAX_PAGES));
  const all = new Map<unknown, unknown>();
  const add = ({ entities }: Page) => {
    for (const entity of entities) all.set(textOf(entity, "id") ?? entity, entity);
  };
  add(first);
  let last = first;
  try {
    const rest = Array.from({ length: known - 1 }, (_, index) => load(index + 2));
    for (const page of await keepFirst(rest)) add((last = page));
    // When the counts agree with each other and with what came, even a full page is the last one.
    const isWhole = () => all.size === total && claimed === counted;
    const isEnd = (page: Page) =>
      page.entities.length === 0 ||
      isWhole() ||
      (page.entities.length < pageSize && all.size >= (total ?? 0));
    for (let number = known + 1; !isEnd(last) && number <= MAX_PAGES; number++) {
      const before = all.size;
      add((last = await load(number)));
      // The same page again: a service that does not page.
      if (all.size === before) break;
    }
  } catch (thrown) {
    const cut = thrown instanceof PagesError ? thrown : new PagesError(asGenesysError(thrown), []);
    for (const page of cut.before) add(page);
    if (cut.reason.kind !== "badRequest" && cut.reason.kind !== "tooLarge") throw cut.reason;
    const isCut = total === undefined || all.size < total;
    return { entities: [...all.values()], total, cut: isCut ? cut.reason : undefined };
  }
  return { entities: [...all.values()], total };
}

/** Asks how many entries a list has, with one request for one entry. @returns `undefined` where the answer lacks it */
export async function loadTotal(
  client: Client,
  path: string,
  query: Query,
  options: CallOptions,
): Promise<number | undefined> {
  return numberOf(await client.get(path, { ...query, pageSize: 1, pageNumber: 1 }, options), "total");
}

async function loadPage(client: Client, path: string, query: Query, options: CallOptions): Promise<Page> {
  const body = await client.get(path, { ...query, pageSize: PAGE_SIZE }, options);
  const entities = propertyOf(body, "entities");
  if (!Array.isArray(entities)) {
    const found = isObject(body) ? `${describeType(entities)} as "entities"` : describeType(body);
    throw new GenesysError("answer", `GET ${path}: expected a list of entities, found ${found}`);
  }
  return { body, entities: entities as unknown[] };
}

/** The failure of a page, with the pages before it. */
class PagesError extends Error {
  constructor(
    readonly reason: GenesysError,
    readonly before: readonly Page[],
  ) {
    super(reason.message);
  }
}

async function keepFirst(loading: readonly Promise<Page>[]): Promise<Page[]> {
  const pages: Page[] = [];
  for (const result of await Promise.allSettled(loading)) {
    if (result.status === "rejected") throw new PagesError(asGenesysError(result.reason), pages);
    pages.push(result.value);
  }
  return pages;
}
