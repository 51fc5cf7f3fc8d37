import type { World } from "../context";

/** A single topic: one suffix of one queue or user. */
export interface Topic {
  /** The single name under which events come: `v2.users.{id}.presence`. */
  readonly name: string;
  readonly of: "queue" | "user";
  readonly id: string;
  readonly suffix: string;
  /** All of these are needed. */
  readonly permissions: readonly string[];
}

/** Most topics of one channel; a combined name counts as one. */
export const MAX_TOPICS = 1_000;
/** Longest combined name. */
const MAX_NAME = 200;

const QUEUE_LIVE = "analytics:queueObservation:view";
const AGENT_LIVE = "analytics:userObservation:view";

/** The topics of this service: the part before the id, the suffix, and the permissions that a subscriber needs. */
const KNOWN: readonly (readonly [Topic["of"], prefix: string, suffix: string, permissions: string[]])[] = [
  ["queue", "v2.analytics.queues", "observations", [QUEUE_LIVE, "analytics:conversationAggregate:view"]],
  ["queue", "v2.analytics.queues", "activity", [QUEUE_LIVE]],
  ["user", "v2.users", "activity", [AGENT_LIVE]],
  ["user", "v2.users", "presence", [AGENT_LIVE]],
  ["user", "v2.users", "routingStatus", [AGENT_LIVE]],
];

/** The topics that `GET availabletopics` lists. */
export function availableTopics(): unknown[] {
  return KNOWN.map(([, prefix, suffix, requiresPermissions]) => ({
    id: `${prefix}.{id}.${suffix}`,
    description: `Changes of ${prefix}.{id}.${suffix}`,
    enforced: true,
    visibility: "Public",
    transports: ["All"],
    requiresPermissions,
    requiresDivisionPermissions: true,
    requiresCurrentUser: false,
    topicParameters: ["id"],
  }));
}

/**
 * Splits a name: `v2.users.{id}?presence&routingStatus` is two topics.
 *
 * @returns `undefined` when any part of it is no topic
 */
export function topicsOf(name: string): Topic[] | undefined {
  if (name.length > MAX_NAME) return undefined;
  const [prefix, suffixes, ...rest] = name.split("?");
  if (!prefix || rest.length > 0) return undefined;
  const singles =
    suffixes === undefined ? [name] : suffixes.split("&").map((suffix) => `${prefix}.${suffix}`);
  const topics = singles.map(single);
  return topics.every((topic) => topic !== undefined) ? topics : undefined;
}

function single(name: string): Topic | undefined {
  for (const [of, prefix, suffix, permissions] of KNOWN) {
    const id = name.startsWith(`${prefix}.`) && name.endsWith(`.${suffix}`);
    if (!id) continue;
    const found = name.slice(prefix.length + 1, -suffix.length - 1);
    if (/^[\w-]+$/.test(found)) return { name, of, id: found, suffix, permissions };
  }
  return undefined;
}

/** Whether there is such a queue or user, and the client's divisions reach it. */
export function reaches(world: World, { of, id }: Topic, at: number): boolean {
  const { organisation } = world;
  const entity = of === "queue" ? organisation.queueById(id) : organisation.agentById(id);
  return entity !== undefined && organisation.works(entity, at) && world.answered(entity);
}
