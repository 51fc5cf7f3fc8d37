import {
  MAX_PREDICATES,
  QUEUE_CONVERSATION_METRICS,
  QUEUE_LONGEST_METRICS,
  QUEUE_USER_METRICS,
} from "../catalogue";
import type { Call, World } from "../context";
import { badRequest, missingField } from "../errors";
import { readFilter } from "../filter";
import { presenceMappings } from "../mappings";
import { MEDIA_TYPES } from "../organisation/organisation";
import type { MediaType, SimQueue } from "../organisation/organisation";
import { hash, uuidOf } from "../organisation/random";
import type { Conversation } from "../organisation/site-day";
import { bodyObject, knownFields, names, requiredNames } from "../request";

const COUNTED = [...QUEUE_USER_METRICS, ...QUEUE_CONVERSATION_METRICS];
/** Most conversations that a detail list shows. */
const MAX_DETAILS = 100;

interface Row {
  readonly metric: string;
  readonly qualifier?: string;
  readonly stats: { readonly count: number; readonly calculatedMetricValue?: number };
}

/** `POST /api/v2/analytics/queues/observations/query`. */
export function queueObservations({ world, now, body }: Call): unknown {
  const request = bodyObject(body);
  knownFields(request, "QueueObservationQuery", ["filter", "metrics", "detailMetrics"]);
  if (request["filter"] === undefined || request["filter"] === null) throw missingField("filter");
  const filter = readFilter(request["filter"], ["queueId", "mediaType"], MAX_PREDICATES.queueObservations);
  const metrics = requiredNames(
    request,
    "metrics",
    [...COUNTED, ...QUEUE_LONGEST_METRICS],
    "QueueObservationMetric",
  );
  const details = names(request, "detailMetrics", COUNTED, "QueueObservationDetailMetric") ?? [];
  const ids = filter.values("queueId");
  if (!ids) throw badRequest("The filter must contain a predicate on the dimension [queueId].");
  const results: unknown[] = [];
  const wants = (metric: string) => metrics.includes(metric);
  for (const id of ids) {
    const queue = world.organisation.queueById(id);
    if (!queue || !world.answered(queue) || !world.organisation.works(queue, now)) continue;
    if (metrics.some((metric) => QUEUE_USER_METRICS.includes(metric))) {
      const data = queueUserRows(world, queue, now).filter(({ metric }) => wants(metric));
      results.push({ group: { queueId: id }, data });
    }
    if (metrics.every((metric) => QUEUE_USER_METRICS.includes(metric))) continue;
    const live = liveConversations(world, queue, now);
    for (const mediaType of MEDIA_TYPES) {
      if (!filter.matches((dimension) => (dimension === "queueId" ? id : mediaType))) continue;
      const data = conversationRows(live, mediaType, now, details).filter(({ metric }) => wants(metric));
      results.push({ group: { queueId: id, mediaType }, data });
    }
  }
  return { systemToOrganizationMappings: presenceMappings(world.organisation), results };
}

/** Live counts of the members of a queue, split by status as the API splits them. */
function queueUserRows(world: World, queue: SimQueue, now: number): Row[] {
  const members = world.organisation
    .members(queue)
    .filter((agent) => world.answered(agent) && world.organisation.works(agent, now));
  const counts = new Map<string, { metric: string; qualifier: string; count: number }>();
  const count = (metric: string, qualifier: string) => {
    const key = `${metric}/${qualifier}`;
    const entry = counts.get(key) ?? { metric, qualifier, count: 0 };
    entry.count++;
    counts.set(key, entry);
  };
  for (const agent of members) {
    const { routing, presence, presenceId } = world.history.statusAt(agent, now);
    count("oUserRoutingStatuses", routing);
    count("oUserPresences", presenceId);
    if (presence === "ON_QUEUE") count("oOnQueueUsers", routing);
    else count("oOffQueueUsers", presenceId);
  }
  return [
    { metric: "oMemberUsers", stats: { count: members.length } },
    { metric: "oActiveUsers", stats: { count: members.length } },
    ...[...counts.values()].map(({ metric, qualifier, count: n }) => ({
      metric,
      qualifier,
      stats: { count: n },
    })),
  ];
}

interface Live {
  readonly conversation: Conversation;
  readonly state: "oWaiting" | "oAlerting" | "oInteracting";
  readonly since: number;
}

function liveConversations(world: World, queue: SimQueue, now: number): Live[] {
  const live: Live[] = [];
  for (const conversation of world.history.conversations(queue, now, now + 1)) {
    const { offeredAt, waitEndsAt, outcome, alertMs, talkMs, heldMs } = conversation;
    if (offeredAt > now) continue;
    const ringsAt = outcome === "answered" ? waitEndsAt - alertMs : Infinity;
    if (now < Math.min(ringsAt, waitEndsAt)) live.push({ conversation, state: "oWaiting", since: offeredAt });
    else if (now < waitEndsAt) live.push({ conversation, state: "oAlerting", since: ringsAt });
    else if (outcome === "answered" && now < waitEndsAt + talkMs + heldMs) {
      live.push({ conversation, state: "oInteracting", since: waitEndsAt });
    }
  }
  return live;
}

/** Conversations of one media type; zeros are there, the oldest only when there is one. */
function conversationRows(
  all: readonly Live[],
  mediaType: MediaType,
  now: number,
  details: readonly string[],
): Row[] {
  const live = all.filter(({ conversation }) => conversation.media === mediaType);
  const rows: Row[] = QUEUE_CONVERSATION_METRICS.map((metric) => {
    const here = live.filter(({ state }) => state === metric);
    return { metric, stats: { count: here.length }, ...(details.includes(metric) && detailsOf(here)) };
  });
  const longest = (metric: string, state: Live["state"]) => {
    const since = live.filter((one) => one.state === state).map((one) => one.since);
    const oldest =
      since.length > 0 ? { count: 1, calculatedMetricValue: Math.min(now, ...since) } : { count: 0 };
    rows.push({ metric, stats: oldest });
  };
  longest("oLongestWaiting", "oWaiting");
  longest("oLongestInteracting", "oInteracting");
  return rows;
}

/** The conversations themselves, at most a hundred: the oldest half and the newest. */
function detailsOf(live: readonly Live[]): Record<string, unknown> {
  const sorted = [...live].sort((a, b) => a.since - b.since);
  const truncated = sorted.length > MAX_DETAILS;
  const shown = truncated ? [...sorted.slice(0, MAX_DETAILS / 2), ...sorted.slice(-MAX_DETAILS / 2)] : sorted;
  const observations = shown.map(({ conversation, since }) => ({
    observationDate: new Date(since).toISOString(),
    conversationId: uuidOf(
      "conversation",
      conversation.queue.index,
      conversation.offeredAt,
      conversation.serial,
    ),
    sessionId: uuidOf("session", conversation.queue.index, conversation.offeredAt, conversation.serial),
    routingPriority: 0,
    participantName: "Customer",
    ...(conversation.agent && { userId: conversation.agent.id }),
    direction: "inbound",
    ani: `tel:+1555${String(hash("ani", conversation.offeredAt, conversation.serial) % 10_000_000).padStart(7, "0")}`,
    dnis: "tel:+15550000000",
  }));
  return { truncated, observations };
}
