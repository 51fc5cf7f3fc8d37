import { MAX_PREDICATES, USER_AGGREGATE_METRICS } from "../catalogue";
import { AGGREGATE_FIELDS, checkSize, readBuckets, readMetrics, readViews } from "../aggregate-request";
import type { Call, World } from "../context";
import { readFilter } from "../filter";
import type { Filter } from "../filter";
import { presenceMappings } from "../mappings";
import type { SimAgent } from "../organisation/organisation";
import { correctedSpan } from "../organisation/corrections";
import { chanceOf } from "../organisation/random";
import type { StatusSpan } from "../organisation/history";
import { bodyObject, intervalText, knownFields, names } from "../request";
import type { Span } from "../request";

/** `POST /api/v2/analytics/users/aggregates/query`: time per status. */
export function userAggregates({ world, now, body }: Call): unknown {
  const request = bodyObject(body);
  knownFields(request, "UserAggregationQuery", AGGREGATE_FIELDS);
  const { spans } = readBuckets(request, world.smallestGranularityMs);
  const metrics = readMetrics(request, USER_AGGREGATE_METRICS, "UserAggregateMetric", world);
  const groupBy = names(request, "groupBy", ["userId"], "UserAggregateDimension") ?? [];
  const filter = readFilter(request["filter"], ["userId"], MAX_PREDICATES.userAggregates);
  readViews(request, USER_AGGREGATE_METRICS);
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
  checkSize(results, world.limits);
  return { systemToOrganizationMappings: presenceMappings(world.organisation), results };
}

/** The agents that a filter names, or all, as far as the client's analytics role reaches. */
export function agentsOf(world: World, filter: Filter): SimAgent[] {
  const ids = filter.values("userId");
  const agents = ids ? [...ids].map((id) => world.organisation.agentById(id)) : world.organisation.agents();
  return agents.filter((agent): agent is SimAgent => agent !== undefined && world.answered(agent));
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
  const [meetingId = ""] = world.organisation.presenceIds("MEETING");
  const add = (metric: string, qualifier: string, ms: number) => {
    const key = `${metric}/${qualifier}`;
    const row = rows.get(key);
    if (row) row.stats.sum += ms;
    else rows.set(key, { metric, qualifier, stats: { sum: ms } });
  };
  for (const agent of agents) {
    const [from, to] = [Math.max(start, agent.from), Math.min(end, now, agent.to)];
    for (const played of to > from ? world.history.spans(agent, from, to) : []) {
      if (!isVisible(world, agent, played, now)) continue;
      const span = world.reprocessing ? correctedSpan(agent.index, played, now, meetingId) : played;
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
