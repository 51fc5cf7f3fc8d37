import type { CallOptions, Client } from "../http/client";
import { oneLine, propertyOf, isObject, textOf } from "../json";
import { loadPresences } from "../names/directory";
import { loadList, otherList, QUEUES, USERS } from "../names/lists";

/** An entry of a picker in a dialog. */
export interface PickerItem {
  readonly id: string;
  readonly name: string;
  /** Name of the division that the queue or user belongs to. */
  readonly division?: string;
  /** Of a queue. */
  readonly mediaTypes?: readonly string[];
  /** A further detail, such as an address, for entries of one name. */
  readonly detail?: string;
}

/** All queues that the client may see. */
export async function listQueues(client: Client, options: CallOptions = {}): Promise<PickerItem[]> {
  const queues = await loadList(client, QUEUES, options);
  return items(queues, (queue) => ({
    ...divisionOf(queue),
    ...(isObject(propertyOf(queue, "mediaSettings")) && {
      mediaTypes: Object.keys(propertyOf(queue, "mediaSettings") as object).sort(),
    }),
  }));
}

/** All active users that the client may see. */
export async function listUsers(client: Client, options: CallOptions = {}): Promise<PickerItem[]> {
  const users = await loadList(client, USERS, options);
  return items(users, (user) => {
    const detail = textOf(user, "department") ?? textOf(user, "title");
    return { ...divisionOf(user), ...(detail && { detail: oneLine(detail, 80) }) };
  });
}

/** The organisation's presences, with the system presence that each belongs to. */
export async function listPresences(client: Client, options: CallOptions = {}): Promise<PickerItem[]> {
  const presences = await loadPresences(client, options);
  return presences.map(({ id, name, systemPresence }) => ({ id, name, detail: systemPresence })).sort(byName);
}

/** Flows, wrap-up codes and whatever else has names: all that the client may see. @param nameKey such as `flowName` */
export async function listNamed(
  client: Client,
  nameKey: string,
  options: CallOptions = {},
): Promise<PickerItem[]> {
  const listed = await otherList(client, nameKey)?.load(options);
  return [...(listed?.names ?? [])]
    .map(([id, name]) => ({ id, name: oneLine(name || id, 200) }))
    .sort(byName);
}

function items(entities: readonly unknown[], more: (entity: unknown) => Partial<PickerItem>): PickerItem[] {
  return entities
    .flatMap((entity) => {
      const id = textOf(entity, "id");
      return id ? [{ id, name: oneLine(textOf(entity, "name") ?? id, 200), ...more(entity) }] : [];
    })
    .sort(byName);
}

function divisionOf(entity: unknown): { division?: string } {
  const division = textOf(propertyOf(entity, "division"), "name");
  return division ? { division: oneLine(division, 80) } : {};
}

function byName(a: PickerItem, b: PickerItem): number {
  return a.name.localeCompare(b.name);
}
