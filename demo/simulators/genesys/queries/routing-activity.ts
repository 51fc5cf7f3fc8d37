import { ACTIVITY_DIMENSIONS, QUEUE_USER_METRICS } from "../catalogue";
import type { Call } from "../context";
import { readFilter } from "../filter";
import type { SimQueue } from "../organisation/organisation";
import { bodyObject, queryNumber } from "../request";
import { queueUserRows } from "./queue-observations";
import { activityEntity, activityRequest, MAX_ACTIVITY_PAGE } from "./users";

/** `POST /api/v2/analytics/routing/activity/query`: the agents of queues, page by page. */
export function routingActivity({ world, now, body, query }: Call): unknown {
  const request = bodyObject(body);
  const { metrics, details } = activityRequest(
    request,
    "RoutingActivityQuery",
    QUEUE_USER_METRICS,
    "queueId",
  );
  const filter = readFilter(request["filter"], ACTIVITY_DIMENSIONS);
  const pageSize = queryNumber(query, "pageSize", 25, 1, MAX_ACTIVITY_PAGE);
  const pageNumber = queryNumber(query, "pageNumber", 1, 1, 1_000_000);
  const { organisation } = world;
  const ids = filter.values("queueId");
  const queues = (ids ? [...ids].map((id) => organisation.queueById(id)) : organisation.queues()).filter(
    (queue): queue is SimQueue => queue !== undefined && world.visible(queue),
  );
  const results = queues.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map((queue) => {
    const entities = organisation
      .members(queue)
      .filter((agent) => world.visible(agent))
      .map((agent) => ({
        ...activityEntity(world, agent, now),
        queueId: queue.id,
        queueMembershipStatus: "active",
      }))
      .filter((entity: Record<string, string>) => filter.matches((dimension) => entity[dimension]));
    const data = queueUserRows(world, queue, now)
      .filter(({ metric }) => metrics.includes(metric))
      .map(({ metric, qualifier, stats }) => ({
        metric,
        ...(qualifier && { qualifier }),
        count: stats.count,
      }));
    return { group: { queueId: queue.id }, data, truncated: false, ...(details && { entities }) };
  });
  return { entityIdDimension: "userId", results };
}
