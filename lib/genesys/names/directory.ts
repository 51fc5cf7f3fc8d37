import type { CallOptions, Client } from "../http/client";
import { propertyOf, textOf } from "../json";
import { type PresenceMappings, systemPresence as spelt } from "../../terms/presences";
import { loadMembers, loadQueues, loadUsers } from "./lists";
import { NameList } from "./name-list";

const MEMBERS_MAX_AGE_MS = 3_600_000;

/** An entry of the organisation's own list of presences. */
export interface PresenceDefinition {
  readonly id: string;
  readonly name: string;
  /** In the spelling of analytics: `ON_QUEUE`. */
  readonly systemPresence: string;
}

/** Names and memberships of one organisation, shared by all nodes of one `genesys-config` node. */
export class Directory {
  readonly queues: NameList;
  readonly users: NameList;
  readonly #client: Client;
  readonly #members = new Map<string, { readonly at: number; readonly ids: Promise<string[]> }>();
  readonly #presences: NameList;

  constructor(client: Client) {
    this.#client = client;
    this.queues = new NameList((options) => loadQueues(client, options), client.clock);
    this.users = new NameList((options) => loadUsers(client, options), client.clock);
    this.#presences = new NameList(async (options) => {
      const definitions = await loadPresences(client, options);
      return new Map(definitions.map(({ id, systemPresence }) => [id, systemPresence]));
    }, client.clock);
  }

  /** Ids of all members of the queues; kept for an hour. */
  async membersOf(queueIds: readonly string[], options: CallOptions): Promise<string[]> {
    const lists = await Promise.all(queueIds.map((id) => this.#membersOf(id, options)));
    return [...new Set(lists.flat())];
  }

  /** System presence to presence ids, by the definitions, for ids that an answer used without mapping them. */
  async mappingsFor(ids: ReadonlySet<string>, options: CallOptions): Promise<PresenceMappings> {
    const presences = await this.#presences.covering(ids, options);
    const mappings = new Map<string, string[]>();
    for (const [id, system] of presences) mappings.set(system, [...(mappings.get(system) ?? []), id]);
    return Object.fromEntries(mappings);
  }

  #membersOf(queueId: string, options: CallOptions): Promise<string[]> {
    const now = this.#client.clock.now();
    const known = this.#members.get(queueId);
    if (known && now - known.at < MEMBERS_MAX_AGE_MS) return known.ids;
    // Shared as well: only the deadline is taken over.
    const ids = loadMembers(this.#client, queueId, { deadline: options.deadline });
    this.#members.set(queueId, { at: now, ids });
    ids.catch(() => this.#members.delete(queueId));
    return ids;
  }
}

/** The organisation's presences. @throws GenesysError, of kind `forbidden` without `presence:presenceDefinition:view` */
export async function loadPresences(
  client: Client,
  options: CallOptions = {},
): Promise<PresenceDefinition[]> {
  const body = await client.get("/api/v2/presence/definitions", { deactivated: "true" }, options);
  const entities = propertyOf(body, "entities");
  return (Array.isArray(entities) ? (entities as unknown[]) : []).flatMap((entity) => {
    const id = textOf(entity, "id");
    const system = textOf(entity, "systemPresence");
    if (!id || !system) return [];
    return [{ id, name: textOf(entity, "name") ?? system, systemPresence: spelt(system) }];
  });
}
