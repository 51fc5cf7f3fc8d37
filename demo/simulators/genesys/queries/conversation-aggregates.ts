import {
  AGGREGATE_FIELDS,
  checkSize,
  readBuckets,
  readMetrics,
  readViews,
  Stats,
} from "../aggregate-request";
import type { View } from "../aggregate-request";
import {
  CONVERSATION_DIMENSIONS,
  CONVERSATION_FILTER_DIMENSIONS,
  CONVERSATION_METRICS,
  MAX_PREDICATES,
} from "../catalogue";
import type { Call, World } from "../context";
import { bookings, serviceLevelPart, visibleAt } from "../conversation-metrics";
import { pick, skillsOf, teamOf } from "../families/entities";
import { readFilter } from "../filter";
import type { Dimensions, Filter } from "../filter";
import { corrected } from "../organisation/corrections";
import { uuidOf } from "../organisation/random";
import type { SimAgent, SimQueue } from "../organisation/organisation";
import type { Conversation } from "../organisation/site-day";
import { bodyObject, intervalText, knownFields, names, oneOf } from "../request";
import type { Span } from "../request";

const FIELDS = [...AGGREGATE_FIELDS, "queryType", "sortMetric", "limit"];
const SERVICE_TARGET = 0.8;

interface Bucket {
  readonly stats: Map<string, Stats>;
  readonly views: Map<string, Stats>;
  numerator: number;
  denominator: number;
}

interface Group {
  readonly key: Readonly<Record<string, string>>;
  readonly buckets: Bucket[];
}

/** `POST /api/v2/analytics/conversations/aggregates/query`. */
export function conversationAggregates({ world, now, body }: Call): unknown {
  const request = bodyObject(body);
  knownFields(request, "ConversationAggregationQuery", FIELDS);
  const { span, spans } = readBuckets(request, world.smallestGranularityMs);
  const metrics = readMetrics(request, CONVERSATION_METRICS, "ConversationAggregateMetric", world);
  const groupBy = names(request, "groupBy", CONVERSATION_DIMENSIONS, "ConversationAggregateDimension") ?? [];
  const filter = readFilter(
    request["filter"],
    CONVERSATION_FILTER_DIMENSIONS,
    MAX_PREDICATES.conversationAggregates,
  );
  const views = readViews(request, CONVERSATION_METRICS);
  if (request["queryType"] !== undefined) oneOf(request["queryType"], ["groupBy"], "QueryType");

  const aggregation = new Aggregation(world, now, span, spans, metrics, groupBy, filter, views);
  const results = aggregation.run();
  checkSize(results, world.limits);
  return results.length > 0 ? { results } : {};
}

class Aggregation {
  readonly #groups = new Map<string, Group>();
  readonly #metrics: ReadonlySet<string>;
  readonly #targets: ReadonlySet<string>;

  constructor(
    readonly world: World,
    readonly now: number,
    readonly span: Span,
    readonly spans: readonly Span[],
    metrics: readonly string[],
    readonly groupBy: readonly string[],
    readonly filter: Filter,
    readonly views: readonly View[],
  ) {
    this.#metrics = new Set(metrics);
    this.#targets = new Set(views.map(({ target }) => target));
  }

  run(): { group: object; data: unknown[] }[] {
    for (const queue of this.#queues()) {
      this.#expect(queue);
      for (const played of this.world.history.conversations(queue, this.span.start, this.span.end)) {
        const conversation = this.world.reprocessing ? corrected(played, this.now) : played;
        if (conversation) this.#take(conversation);
      }
    }
    return [...this.#groups.values()].map(({ key, buckets }) => ({ group: key, data: this.#data(buckets) }));
  }

  /** Whether groups are queues and media types alone: these have a target in every bucket, whatever happens. */
  get #plain(): boolean {
    const { groupBy } = this;
    return groupBy.includes("queueId") && groupBy.every((name) => name === "queueId" || name === "mediaType");
  }

  #expect(queue: SimQueue): void {
    if (!this.#metrics.has("oServiceTarget") || !this.#plain) return;
    for (const media of queue.media) {
      const values: Record<string, string> = {
        queueId: queue.id,
        mediaType: media,
        divisionId: queue.division.id,
      };
      if (this.filter.matches((dimension) => values[dimension]))
        this.#group((dimension) => values[dimension]);
    }
  }

  #queues(): SimQueue[] {
    const { organisation } = this.world;
    const ids = this.filter.values("queueId");
    const queues = ids ? [...ids].map((id) => organisation.queueById(id)) : organisation.queues();
    return queues.filter((queue): queue is SimQueue => queue !== undefined && this.world.answered(queue));
  }

  #take(conversation: Conversation): void {
    bookings(conversation, ({ metric, at, value, agent }) => {
      if (!this.#metrics.has(metric) && !this.#targets.has(metric)) return;
      if (!this.#seen(conversation, metric, at)) return;
      const bucket = this.#bucket(conversation, agent, at);
      if (!bucket) return;
      if (this.#metrics.has(metric)) statsOf(bucket.stats, metric).add(value);
      for (const view of this.views) {
        if (view.target === metric && value >= view.gte && value < view.lt)
          statsOf(bucket.views, view.name).add(value);
      }
    });
    if (!this.#metrics.has("oServiceLevel")) return;
    const part = serviceLevelPart(conversation);
    if (!part || !this.#seen(conversation, "oServiceLevel", part.at)) return;
    const bucket = this.#bucket(conversation, undefined, part.at);
    if (!bucket) return;
    bucket.denominator++;
    if (part.withinTarget) bucket.numerator++;
  }

  /** Whether a booking lies in the interval and has become visible by now. */
  #seen(conversation: Conversation, metric: string, at: number): boolean {
    if (at < this.span.start || at >= this.span.end || at > this.now) return false;
    return this.now === Infinity || visibleAt(conversation, metric, at, this.world.lateness) <= this.now;
  }

  /** The bucket of the group to which a booking belongs; `undefined` when the filter excludes it. */
  #bucket(conversation: Conversation, agent: SimAgent | undefined, at: number): Bucket | undefined {
    const dimensions = dimensionsOf(conversation, agent, this.world);
    if (!this.filter.matches(dimensions)) return undefined;
    const { buckets } = this.#group(dimensions);
    const index = this.#indexOf(at);
    return (buckets[index] ??= { stats: new Map(), views: new Map(), numerator: 0, denominator: 0 });
  }

  /** Finds a bucket by the length of the first: days differ in length, so it is this one or one next to it. */
  #indexOf(at: number): number {
    const { spans, span } = this;
    const [first] = spans;
    let index = first
      ? Math.min(spans.length - 1, Math.floor((at - span.start) / (first.end - first.start)))
      : 0;
    while (index > 0 && at < (spans[index]?.start ?? 0)) index--;
    while (at >= (spans[index]?.end ?? Infinity)) index++;
    return index;
  }

  #group(dimensions: Dimensions): Group {
    const key: Record<string, string> = {};
    for (const dimension of this.groupBy) {
      const value = dimensions(dimension);
      if (value !== undefined) key[dimension] = value;
    }
    const id = JSON.stringify(key);
    let group = this.#groups.get(id);
    if (!group) this.#groups.set(id, (group = { key, buckets: [] }));
    return group;
  }

  /**
   * Makes the data of a group: what did not happen is absent, metrics and whole buckets; the target is in every bucket.
   */
  #data(list: readonly (Bucket | undefined)[]): unknown[] {
    return this.spans.flatMap((span, index) => {
      const bucket = list[index];
      const metrics: unknown[] = [];
      for (const [metric, stats] of bucket?.stats ?? []) metrics.push({ metric, stats: stats.show(metric) });
      const targeted =
        this.groupBy.includes("queueId") && (bucket || (this.#plain && span.start <= this.now));
      if (this.#metrics.has("oServiceTarget") && targeted) {
        metrics.push({ metric: "oServiceTarget", stats: { current: SERVICE_TARGET } });
      }
      if (bucket && bucket.denominator > 0) {
        const { numerator, denominator } = bucket;
        const stats = { ratio: numerator / denominator, numerator, denominator, target: SERVICE_TARGET };
        metrics.push({ metric: "oServiceLevel", stats });
      }
      if (metrics.length === 0) return [];
      const views = this.views.map(({ name }) => ({
        name,
        stats: { count: bucket?.views.get(name)?.count ?? 0 },
      }));
      return [{ interval: intervalText(span), metrics, ...(views.length > 0 && { views }) }];
    });
  }
}

function statsOf(map: Map<string, Stats>, name: string): Stats {
  let stats = map.get(name);
  if (!stats) map.set(name, (stats = new Stats()));
  return stats;
}

/** The dimensions of one booking that have a value here. */
function dimensionsOf(conversation: Conversation, agent: SimAgent | undefined, world: World): Dimensions {
  const { queue, media, offeredAt, serial, outcome } = conversation;
  return (dimension) => {
    switch (dimension) {
      case "queueId":
        return queue.id;
      case "mediaType":
        return media;
      case "userId":
        return agent?.id;
      case "divisionId":
        return queue.division.id;
      case "direction":
      case "originatingDirection":
        return "inbound";
      case "purpose":
        return agent ? "agent" : "acd";
      case "usedRouting":
      case "requestedRouting":
        return "Standard";
      case "messageType":
        return media === "message" ? (serial % 3 === 0 ? "whatsapp" : "webmessaging") : undefined;
      case "disconnectType":
        return outcome === "abandoned" ? "client" : serial % 4 === 0 ? "endpoint" : "peer";
      case "flowOutType":
        return outcome === "flowOut" ? "voicemail" : undefined;
      case "wrapUpCode":
        return agent && pick(world.organisation, "wrap-up", serial);
      case "teamId":
        return agent && teamOf(world.organisation, agent);
      case "requestedLanguageId":
        return pick(world.organisation, "language", serial);
      case "requestedRoutingSkillId":
        return skillsOf(world.organisation, queue, serial).join(",");
      case "conversationId":
        return uuidOf("conversation", queue.index, offeredAt, serial);
      default:
        return undefined;
    }
  };
}
