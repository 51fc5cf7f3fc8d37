import {
  ACTIVITY_DIMENSIONS,
  MAX_PREDICATES,
  USER_AGGREGATE_METRICS,
  USER_OBSERVATION_METRICS,
} from "../catalogue";
import { AGGREGATE_FIELDS, checkTimeZone, readViews } from "../aggregate-request";
import type { Call, World } from "../context";
import { badRequest, invalidValue, missingField } from "../errors";
import { readFilter } from "../filter";
import type { Filter } from "../filter";
import { presenceMappings } from "../mappings";
import type { SimAgent } from "../organisation/organisation";
import { chanceOf } from "../organisation/random";
import type { StatusSpan } from "../organisation/history";
import {
  bodyObject,
  buckets,
  granularity,
  interval,
  intervalText,
  isObject,
  knownFields,
  names,
  oneOf,
  queryNumber,
  requiredNames,
} from "../request";
import type { JsonObject, Span } from "../request";

/** Largest page of the activity queries. */
export const MAX_ACTIVITY_PAGE = 500;

/** `POST /api/v2/analytics/users/aggregates/query`: time per status. */
export function userAggregates({ world, now, body }: Call): unknown {
  const request = bodyObject(body);
  knownFields(request, "UserAggregationQuery", AGGREGATE_FIELDS);
  const spans = buckets(interval(request), granularity(request, world.smallestGranularityMs));
  const metrics = requiredNames(request, "metrics", USER_AGGREGATE_METRICS, "UserAggregateMetric");
  const groupBy = names(request, "groupBy", ["userId"], "UserAggregateDimension") ?? [];
  const filter = readFilter(request["filter"], ["userId"], MAX_PREDICATES.userAggregates);
  readViews(request, USER_AGGREGATE_METRICS);
  checkTimeZone(request);
  const groups = new Map<string, SimAgent[]>();
  for (const agent of agentsOf(world, filter)) {
    const id = groupBy.length > 0 ? agent.id : "";
    const group = groups.get(id);
    if (group) group.push(agent);
    else groups.set(id, [agent]);
  }
  const results = [...groups].flatMap(([userId, agents]) => {
    const data = spans.flatMap((span) => {
      const rows = statusTimes(world, agents, span, now).filter(({ metric }) => metrics.includes(metric));
      return rows.length > 0 ? [{ interval: intervalText(span), metrics: rows }] : [];
    });
    return data.length > 0 ? [{ group: userId ? { userId } : {}, data }] : [];
  });
  return { systemToOrganizationMappings: presenceMappings(world.organisation), results };
}

function agentsOf(world: World, filter: Filter): SimAgent[] {
  const ids = filter.values("userId");
  const agents = ids ? [...ids].map((id) => world.organisation.agentById(id)) : world.organisation.agents();
  return agents.filter((agent): agent is SimAgent => agent !== undefined && world.visible(agent));
}

interface StatusRow {
  readonly metric: string;
  readonly qualifier: string;
  readonly stats: { sum: number };
}

/** Milliseconds per status within a bucket, as far as they have happened and can be seen. */
function statusTimes(
  world: World,
  agents: readonly SimAgent[],
  { start, end }: Span,
  now: number,
): StatusRow[] {
  const rows = new Map<string, StatusRow>();
  const add = (metric: string, qualifier: string, ms: number) => {
    const key = `${metric}/${qualifier}`;
    const row = rows.get(key);
    if (row) row.stats.sum += ms;
    else rows.set(key, { metric, qualifier, stats: { sum: ms } });
  };
  for (const agent of agents) {
    for (const span of world.history.spans(agent, start, Math.min(end, now))) {
      if (!isVisible(world, agent, span, now)) continue;
      const ms = span.to - span.from;
      add("tSystemPresence", span.presence, ms);
      add("tOrganizationPresence", span.presenceId, ms);
      add("tAgentRoutingStatus", span.routing, ms);
    }
  }
  return [...rows.values()];
}

/** A status that has ended late shows up late, as with conversations. */
function isVisible({ lateness }: World, agent: SimAgent, span: StatusSpan, now: number): boolean {
  const draw = chanceOf("late status", agent.index, span.since);
  return draw >= lateness.share || span.to + (draw / lateness.share) * lateness.longestMs <= now;
}

/** `POST /api/v2/analytics/users/observations/query`: numbers of queues, not the status. */
export function userObservations({ world, body }: Call): unknown {
  const request = bodyObject(body);
  knownFields(request, "UserObservationQuery", ["filter", "metrics", "detailMetrics"]);
  if (request["filter"] === undefined || request["filter"] === null) throw missingField("filter");
  const filter = readFilter(request["filter"], ["userId", "mediaType"], MAX_PREDICATES.userAggregates);
  const metrics = requiredNames(request, "metrics", USER_OBSERVATION_METRICS, "UserObservationMetric");
  names(request, "detailMetrics", USER_OBSERVATION_METRICS, "UserObservationDetailMetric");
  if (!filter.values("userId"))
    throw badRequest("The filter must contain a predicate on the dimension [userId].");
  const results = agentsOf(world, filter).map((agent) => ({
    group: { userId: agent.id },
    data: metrics.map((metric) => ({ metric, stats: { count: queuesOf(world, agent) } })),
  }));
  return { results };
}

function queuesOf({ organisation }: World, agent: SimAgent): number {
  return organisation.queuesOfSite(agent.site).filter((queue) => organisation.isMember(agent, queue)).length;
}

/** `POST /api/v2/analytics/users/activity/query`: the status of every agent, page by page. */
export function usersActivity({ world, now, body, query }: Call): unknown {
  const request = bodyObject(body);
  const { metrics, details } = activityRequest(
    request,
    "UserActivityQuery",
    USER_OBSERVATION_METRICS,
    "userId",
  );
  const filter = readFilter(request["filter"], ACTIVITY_DIMENSIONS);
  const pageSize = queryNumber(query, "pageSize", 25, 1, MAX_ACTIVITY_PAGE);
  const pageNumber = queryNumber(query, "pageNumber", 1, 1, 1_000_000);
  const queueIds = filter.values("queueId");
  const found = agentsOf(world, filter).filter((agent) => {
    if (queueIds && !memberOfAny(world, agent, queueIds)) return false;
    const entity = activityEntity(world, agent, now);
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
    ...(details && { entities: [activityEntity(world, agent, now)] }),
  }));
  return { entityIdDimension: "userId", results };
}

function memberOfAny({ organisation }: World, agent: SimAgent, ids: ReadonlySet<string>): boolean {
  return [...ids].some((id) => {
    const queue = organisation.queueById(id);
    return queue !== undefined && organisation.isMember(agent, queue);
  });
}

/** Checks the parts of a request that all activity queries share. */
export function activityRequest(
  request: JsonObject,
  name: string,
  allowed: readonly string[],
  dimension: string,
): { metrics: string[]; details: boolean } {
  knownFields(request, name, ["metrics", "groupBy", "filter", "order"]);
  requiredNames(request, "groupBy", [dimension], `${name}GroupBy`);
  if (request["order"] !== undefined) oneOf(request["order"], ["asc", "desc", "unordered"], "QueryOrder");
  const list = request["metrics"];
  if (!Array.isArray(list) || list.length === 0) throw missingField("metrics");
  let details = false;
  const metrics = list.map((entry: unknown) => {
    if (!isObject(entry)) throw invalidValue(entry, `${name}Metric`);
    knownFields(entry, `${name}Metric`, ["metric", "details"]);
    details ||= entry["details"] === true;
    return oneOf(entry["metric"], allowed, `${name}Metric`);
  });
  return { metrics, details };
}

/** What the activity queries tell of one agent. */
export function activityEntity(world: World, agent: SimAgent, now: number): Record<string, string> {
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
