import type { Call, World } from "./context";
import { ApiError, badRequest } from "./errors";
import { SYSTEM_PRESENCES } from "./organisation/organisation";
import type { SimAgent, SimQueue, SystemPresence } from "./organisation/organisation";
import { queryNumber } from "./request";

/** How far one list can be read: its largest page, the last page, and the last entry on any page. */
interface Bounds {
  readonly size?: number;
  readonly number?: number;
  readonly entries?: number;
}

/** `GET /api/v2/routing/queues`. */
export const queueList = (call: Call): unknown =>
  page(call, findQueues(call), (queue) => queueEntity(call.world, queue));

/** `GET /api/v2/routing/queues/divisionviews`: five pages of a hundred, and no more. */
export const queueViews = (call: Call): unknown =>
  page(call, findQueues(call), queueView, { size: 100, number: 5 });

/** `GET /api/v2/routing/queues/divisionviews/all`. */
export const allQueueViews = (call: Call): unknown => page(call, findQueues(call), queueView);

function queueView({ id, name, division }: SimQueue): unknown {
  return {
    id,
    name,
    division: { ...division, selfUri: `/api/v2/authorization/divisions/${division.id}` },
    selfUri: `/api/v2/routing/queues/${id}`,
  };
}

/** `GET /api/v2/routing/queues/{queueId}/members`: without a total, so read it until a page is short. */
export function queueMembers(call: Call): unknown {
  const { world, path, now } = call;
  const { organisation } = world;
  const id = path.split("/")[5] ?? "";
  const queue = organisation.queueById(id);
  if (!queue || !world.listed(queue) || !organisation.works(queue, now))
    throw new ApiError(404, "not.found", "The requested resource was not found.");
  const joined = call.query.get("joined");
  const members =
    joined === "false"
      ? []
      : organisation.members(queue).filter((agent) => world.listed(agent) && organisation.works(agent, now));
  const list = page(call, members, (agent) => ({
    id: agent.id,
    name: agent.name,
    user: userEntity(world, agent, now, []),
    ringNumber: 1,
    joined: true,
    memberBy: "user",
    routingStatus: routingStatus(world, agent, now),
    selfUri: `/api/v2/routing/queues/${id}/members/${agent.id}`,
  }));
  for (const key of ["total", "pageCount", "lastUri"]) delete list[key];
  return list;
}

/** `GET /api/v2/users`. */
export function userList(call: Call): unknown {
  const { world, query, now } = call;
  const state = query.get("state") ?? "active";
  const ids = many(query, "id");
  const expand = many(query, "expand");
  const users = world.organisation
    .agents()
    .filter((agent) => world.listed(agent) && now >= agent.from)
    .filter((agent) => state === "any" || state === stateOf(agent, now))
    .filter(({ id }) => ids.length === 0 || ids.includes(id));
  const show = (agent: SimAgent) => userEntity(world, agent, now, expand);
  return page(call, users, show, { entries: world.limits.listedUsers });
}

/** `GET /api/v2/presence/definitions`. */
export function presenceList({ world }: Call): unknown {
  const entities = SYSTEM_PRESENCES.flatMap((presence) =>
    world.organisation.presenceIds(presence).map((id, variant) => {
      const name = world.organisation.presenceName(id) ?? (variant === 0 ? spaced(presence) : "Coffee");
      return {
        id,
        type: variant === 0 ? "System" : "User",
        name,
        languageLabels: { en_US: name },
        systemPresence: spaced(presence).replace(" ", ""),
        deactivated: false,
        divisionId: "*",
        selfUri: `/api/v2/presence/definitions/${id}`,
      };
    }),
  );
  return { entities, total: entities.length, selfUri: "/api/v2/presence/definitions" };
}

/** `GET /api/v2/organizations/me`. */
export function ownOrganisation({ world: { organisation } }: Call): unknown {
  const { id, name } = organisation;
  return {
    id,
    name,
    defaultLanguage: "en-us",
    defaultCountryCode: "US",
    domain: "simulated",
    version: 1,
    state: "active",
    productPlatform: "GenesysCloud",
    features: { purecloud: true },
    selfUri: `/api/v2/organizations/${id}`,
  };
}

function stateOf({ to }: SimAgent, now: number): "active" | "deleted" {
  return now < to ? "active" : "deleted";
}

function findQueues({ world, query, now }: Call): SimQueue[] {
  const ids = many(query, "id");
  const divisions = many(query, "divisionId");
  const name = query.get("name");
  const pattern = name === null ? undefined : wildcard(name);
  const queues = world.organisation
    .queues()
    .filter((queue) => world.listed(queue) && world.organisation.works(queue, now))
    .filter((queue) => ids.length === 0 || ids.includes(queue.id))
    .filter((queue) => divisions.length === 0 || divisions.includes(queue.division.id))
    .filter((queue) => !pattern || pattern.test(queue.name));
  const order = query.get("sortOrder")?.toLowerCase() === "desc" ? -1 : 1;
  return queues.sort((a, b) => order * (a.name < b.name ? -1 : a.name > b.name ? 1 : a.index - b.index));
}

/** `*` stands for any text; capitals do not matter. */
function wildcard(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i");
}

function many(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .filter(Boolean);
}

/** One page in the envelope of all lists; its URIs are relative. */
export function page<T>(
  { path, query }: Call,
  all: readonly T[],
  show: (item: T) => unknown,
  { size = 500, number = 1_000_000, entries = 1_000_000 }: Bounds = {},
): Record<string, unknown> {
  const pageSize = queryNumber(query, "pageSize", 25, 1, size);
  const pageNumber = queryNumber(query, "pageNumber", 1, 1, number);
  const pageCount = Math.ceil(all.length / pageSize);
  if (pageNumber > 1 && pageNumber * pageSize > entries) throw badRequest("The page is out of range.");
  const uri = (number: number) => {
    const params = new URLSearchParams(query);
    params.set("pageSize", String(pageSize));
    params.set("pageNumber", String(number));
    return `${path}?${params}`;
  };
  return {
    entities: all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map(show),
    pageSize,
    pageNumber,
    total: all.length,
    firstUri: uri(1),
    ...(pageNumber < pageCount && { nextUri: uri(pageNumber + 1) }),
    ...(pageNumber > 1 && { previousUri: uri(pageNumber - 1) }),
    lastUri: uri(Math.max(1, pageCount)),
    selfUri: uri(pageNumber),
    pageCount,
  };
}

function queueEntity({ organisation }: World, queue: SimQueue): unknown {
  const serviceLevel = { percentage: 0.8, durationMs: queue.targetMs };
  const media = { alertingTimeoutSeconds: 10, serviceLevel };
  const memberCount = organisation.members(queue).length;
  return {
    id: queue.id,
    name: queue.name,
    division: { ...queue.division, selfUri: `/api/v2/authorization/divisions/${queue.division.id}` },
    memberCount,
    userMemberCount: memberCount,
    joinedMemberCount: memberCount,
    mediaSettings: { call: media, callback: media, chat: media, email: media, message: media },
    selfUri: `/api/v2/routing/queues/${queue.id}`,
  };
}

function userEntity(
  world: World,
  agent: SimAgent,
  now: number,
  expand: readonly string[],
): Record<string, unknown> {
  const selfUri = `/api/v2/users/${agent.id}`;
  return {
    id: agent.id,
    name: agent.name,
    division: { ...agent.division, selfUri: `/api/v2/authorization/divisions/${agent.division.id}` },
    email: agent.email,
    username: agent.email,
    state: stateOf(agent, now),
    version: 1,
    ...(expand.includes("routingStatus") && { routingStatus: routingStatus(world, agent, now) }),
    ...(expand.includes("presence") && { presence: presenceOf(world, agent, now) }),
    selfUri,
  };
}

function routingStatus({ history }: World, agent: SimAgent, now: number): unknown {
  const { routing, routingSince } = history.statusAt(agent, now);
  return { userId: agent.id, status: routing, startTime: new Date(routingSince).toISOString() };
}

function presenceOf({ history }: World, agent: SimAgent, now: number): unknown {
  const { presence, presenceId, presenceSince } = history.statusAt(agent, now);
  return {
    source: "PURECLOUD",
    presenceDefinition: { id: presenceId, systemPresence: spaced(presence).replace(" ", "") },
    modifiedDate: new Date(presenceSince).toISOString(),
  };
}

/** `ON_QUEUE` as people read it. */
function spaced(presence: SystemPresence): string {
  return presence
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join(" ");
}
