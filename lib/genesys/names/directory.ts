import type { CallOptions, Client } from "../http/client";
import { propertyOf, textOf } from "../json";
import { systemPresence as spelt } from "../../terms/presences";
import { namesIn, otherList, PRESENCES, QUEUES, USERS } from "./lists";
import { type Membership, Members } from "./members";
import { NameList } from "./name-list";

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
  readonly #members: Members;
  readonly #presences: NameList;
  readonly #others = new Map<string, NameList>();
  readonly #client: Client;
  #definitions: ReadonlyMap<string, PresenceDefinition> = new Map();

  constructor(client: Client) {
    this.#client = client;
    this.#members = new Members(client);
    this.queues = new NameList(namesIn(client, QUEUES), client.clock);
    this.users = new NameList(namesIn(client, USERS), client.clock);
    const load = async (options: CallOptions) => {
      const definitions = await loadPresences(client, options);
      this.#definitions = new Map(definitions.map((definition) => [definition.id, definition]));
      return { names: new Map(definitions.map(({ id, name }) => [id, name])) };
    };
    // Presences change seldom.
    this.#presences = new NameList({ load, maxAgeMs: 3_600_000 }, client.clock);
  }

  /** The list of names that a property of groups is filled from, such as `wrapUpName`. */
  namesFor(nameKey: string): NameList | undefined {
    if (nameKey === "queueName") return this.queues;
    if (nameKey === "userName") return this.users;
    const known = this.#others.get(nameKey);
    const source = known ? undefined : otherList(this.#client, nameKey);
    if (!source) return known;
    const list = new NameList(source, this.#client.clock);
    this.#others.set(nameKey, list);
    return list;
  }

  /** The members of any of the queues. @throws GenesysError when a list cannot be had */
  membersOf(queueIds: readonly string[], options: CallOptions): Promise<Membership> {
    return this.#members.of(queueIds, options);
  }

  /** The definitions of presences with these ids; those that cannot be had are missing. */
  async presencesOf(
    ids: ReadonlySet<string>,
    options: CallOptions,
  ): Promise<ReadonlyMap<string, PresenceDefinition>> {
    await this.#presences.covering(ids, options);
    return this.#definitions;
  }
}

/**
 * The organisation's presences. @throws GenesysError, of kind `forbidden` without `presence:presenceDefinition:view`
 */
export async function loadPresences(
  client: Client,
  options: CallOptions = {},
): Promise<PresenceDefinition[]> {
  const body = await client.get(PRESENCES.addresses[0].path, { deactivated: "true" }, options);
  const entities = propertyOf(body, "entities");
  return (Array.isArray(entities) ? (entities as unknown[]) : []).flatMap((entity) => {
    const id = textOf(entity, "id");
    const system = textOf(entity, "systemPresence");
    if (!id || !system) return [];
    const label = textOf(propertyOf(entity, "languageLabels"), "en_US");
    return [{ id, name: textOf(entity, "name") ?? label ?? system, systemPresence: spelt(system) }];
  });
}
