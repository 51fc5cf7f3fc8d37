import { ACTIVITY_DIMENSIONS, USER_OBSERVATION_METRICS } from "../catalogue";
import type { Call, World } from "../context";
import { invalidValue, missingField } from "../errors";
import { readFilter } from "../filter";
import type { SimAgent } from "../organisation/organisation";
import { bodyObject, isObject, knownFields, oneOf, queryNumber, requiredNames } from "../request";
import type { JsonObject } from "../request";
import { agentsOf } from "./users";

/** Largest page that may be asked for. */
const MAX_PAGE = 500;

/** `POST /api/v2/analytics/users/activity/query`: the status of every agent, page by page. */
export function usersActivity({ world, now, body, query }: Call): unknown {
  const request = bodyObject(body);
  const { metrics, details } = metricsOf(request);
  const filter = readFilter(request["filter"], ACTIVITY_DIMENSIONS);
  const asked = queryNumber(query, "pageSize", 25, 1, MAX_PAGE);
  const pageSize = Math.min(asked, world.limits.activityPage ?? MAX_PAGE);
  const pageNumber = queryNumber(query, "pageNumber", 1, 1, 1_000_000);
  const queueIds = filter.values("queueId");
  const found = agentsOf(world, filter).filter((agent) => {
    if (!world.organisation.works(agent, now)) return false;
    if (queueIds && !memberOfAny(world, agent, queueIds)) return false;
    const entity = entityOf(world, agent, now);
    const queueId = queueIds && [...queueIds][0];
    return filter.matches((dimension) => (dimension === "queueId" ? queueId : entity[dimension]));
  });
  const page = found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  const results = page.map((agent) => ({
    group: { userId: agent.id },
    data: metrics.map((metric) => ({
      metric,
      count: queuesOf(world, agent),
      ...(details && { entityIds: [agent.id] }),
    })),
    truncated: false,
    ...(details && { entities: [entityOf(world, agent, now)] }),
  }));
  return { entityIdDimension: "userId", results };
}

function queuesOf({ organisation }: World, agent: SimAgent): number {
  return organisation.queuesOfSite(agent.site).filter((queue) => organisation.isMember(agent, queue)).length;
}

function memberOfAny({ organisation }: World, agent: SimAgent, ids: ReadonlySet<string>): boolean {
  return [...ids].some((id) => {
    const queue = organisation.queueById(id);
    return queue !== undefined && organisation.isMember(agent, queue);
  });
}

function metricsOf(request: JsonObject): { metrics: string[]; details: boolean } {
  knownFields(request, "UserActivityQuery", ["metrics", "groupBy", "filter", "order"]);
  requiredNames(request, "groupBy", ["userId"], "UserActivityQueryGroupBy");
  if (request["order"] !== undefined) oneOf(request["order"], ["asc", "desc", "unordered"], "QueryOrder");
  const list = request["metrics"];
  if (!Array.isArray(list) || list.length === 0) throw missingField("metrics");
  let details = false;
  const metrics = list.map((entry: unknown) => {
    if (!isObject(entry)) throw invalidValue(entry, "UserActivityQueryMetric");
    knownFields(entry, "UserActivityQueryMetric", ["metric", "details"]);
    details ||= entry["details"] === true;
    return oneOf(entry["metric"], USER_OBSERVATION_METRICS, "UserActivityQueryMetric");
  });
  return { metrics, details };
}

/** Makes the entity of one agent. */
function entityOf(world: World, agent: SimAgent, now: number): Record<string, string> {
  const status = world.history.statusAt(agent, now);
  const iso = (at: number) => new Date(at).toISOString();
  return {
    activityDate: iso(Math.max(status.presenceSince, status.routingSince)),
    userId: agent.id,
    routingStatus: status.routing,
    routingStatusDate: iso(status.routingSince),
    systemPresence: status.presence,
    organizationPresenceId: status.presenceId,
    presenceDate: iso(status.presenceSince),
  };
}
