import type { World } from "../context";
import { conversationAggregates } from "../queries/conversation-aggregates";
import { queueObservations } from "../queries/queue-observations";
import { usersActivity } from "../queries/users-activity";
import { QUEUE_CONVERSATION_METRICS, QUEUE_LONGEST_METRICS, QUEUE_USER_METRICS } from "../catalogue";
import type { Topic } from "./topics";

/** An event of one topic. */
export interface Event {
  readonly topicName: string;
  readonly version: string;
  readonly eventBody: unknown;
}

/**
 * How events show that nobody is in a status any more: a row with 0, or no row while the metric's other rows all come
 * again. The real service's way is not known.
 */
export type EndedStatuses = "zero" | "left out";

/** Settings of the events. */
export interface ChangeSettings {
  readonly endedStatuses: EndedStatuses;
  /** Whether running totals of the half hour come along. */
  readonly totals: boolean;
}

interface Entry {
  readonly metric: string;
  readonly qualifier?: string;
  readonly stats: Readonly<Record<string, number>>;
}
interface Row {
  readonly group: Readonly<Record<string, string>>;
  readonly data: readonly Entry[];
}
interface BucketRow {
  readonly group: Readonly<Record<string, string>>;
  readonly data: readonly { readonly interval: string; readonly metrics: readonly Entry[] }[];
}

const HALF_HOUR_MS = 1_800_000;
/** The totals that the captured events hold, as far as this service counts them. */
const TOTALS = [
  "nOffered",
  "tAlert",
  "tAbandon",
  "tAcd",
  "tNotResponding",
  "tWait",
  "tAcw",
  "tHandle",
].concat(["tAnswered", "tTalk", "tTalkComplete", "oServiceLevel"]);
const LIVE = [...QUEUE_USER_METRICS, ...QUEUE_CONVERSATION_METRICS, ...QUEUE_LONGEST_METRICS];

/**
 * Finds changes since the last look by the service's own queries, so that events and answers never disagree. A new
 * subscription has no event until a change.
 */
export class Changes {
  readonly #world: World;
  readonly #settings: ChangeSettings;
  readonly #groups = new Map<string, Map<string, Entry>>();
  /** Entries of answers that differ from the last look: they changed, even if they have changed back since. */
  readonly #shown = new Map<string, Map<string, Entry>>();
  readonly #agents = new Map<string, string>();
  readonly #totals = new Map<string, string>();

  constructor(world: World, settings: ChangeSettings) {
    this.#world = world;
    this.#settings = settings;
  }

  /** @param topics with a subscriber. @returns the events since the last call */
  since(topics: Iterable<Topic>, now: number): Event[] {
    const queues = new Map<string, Topic[]>();
    const users = new Map<string, Topic[]>();
    for (const topic of topics) {
      const of = topic.of === "queue" ? queues : users;
      of.set(topic.id, [...(of.get(topic.id) ?? []), topic]);
    }
    return [...this.#queueEvents(queues, now), ...this.#userEvents(users, now)];
  }

  /** Notes what an answer to a query of observations shows: its end must have an event. */
  shown(answer: unknown): void {
    for (const { group, data } of rowsOf<Row>(answer)) {
      const key = JSON.stringify(group);
      const known = this.#groups.get(key);
      if (!known) continue;
      const shown = this.#shown.get(key) ?? new Map<string, Entry>();
      const now = new Map(data.map((entry) => [idOf(entry), entry]));
      for (const [id, entry] of now) if (!sameStats(entry, known.get(id))) shown.set(id, entry);
      for (const [id, entry] of known) if (!now.has(id) && entry.stats["count"] !== 0) shown.set(id, entry);
      if (shown.size > 0) this.#shown.set(key, shown);
    }
  }

  #queueEvents(queues: ReadonlyMap<string, readonly Topic[]>, now: number): Event[] {
    const events: Event[] = [];
    const ids = [...queues.keys()];
    for (let i = 0; i < ids.length; i += 200) {
      for (const row of this.#askQueues(ids.slice(i, i + 200), now)) {
        const topics = queues.get(row.group["queueId"]!)!;
        const changed = this.#changed(row);
        if (changed.length > 0)
          for (const topic of topics) events.push(...this.#queueEvent(topic, row, changed, now));
      }
    }
    return events;
  }

  #askQueues(ids: readonly string[], now: number): readonly Row[] {
    const predicates = ids.map((value) => ({
      type: "dimension",
      dimension: "queueId",
      operator: "matches",
      value,
    }));
    const body = JSON.stringify({ filter: { type: "or", predicates }, metrics: LIVE });
    return rowsOf<Row>(
      queueObservations({ world: this.#world, now, body, query: new URLSearchParams(), path: "" }),
    );
  }

  /** The entries of a group that are new, have another value, or are gone (with 0). */
  #changed({ group, data }: Row): Entry[] {
    const key = JSON.stringify(group);
    const before = this.#groups.get(key);
    const now = new Map(data.map((entry) => [idOf(entry), entry]));
    this.#groups.set(key, now);
    if (!before) return [];
    const shown = this.#shown.get(key) ?? new Map<string, Entry>();
    this.#shown.delete(key);
    const changed = [...now]
      .filter(([id, entry]) => shown.has(id) || !sameStats(entry, before.get(id)))
      .map(([, entry]) => entry);
    const ended = [...new Map([...before, ...shown])].filter(
      ([id, { stats }]) => !now.has(id) && (shown.has(id) || stats["count"] !== 0),
    );
    return [...changed, ...ended.map(([, entry]) => ({ ...entry, stats: { count: 0 } }))];
  }

  #queueEvent(topic: Topic, { group, data }: Row, changed: readonly Entry[], now: number): Event[] {
    const { mediaType } = group;
    if (topic.suffix === "activity")
      return mediaType ? [event(topic, { results: [activity(mediaType, data)] })] : [];
    const isAge = ({ metric }: Entry) => QUEUE_LONGEST_METRICS.includes(metric);
    const metrics = changed.filter((entry) => !isAge(entry));
    const at = new Date(now).toISOString();
    const events: Event[] = [];
    if (metrics.length > 0) {
      const told = this.#told(metrics, data);
      events.push(event(topic, { group, data: [{ interval: `${at}/${at}`, metrics: told }] }));
    }
    if (mediaType && this.#settings.totals) events.push(...this.#totalsOf(topic, group, now));
    return events;
  }

  /** The rows of an event about these changes. */
  #told(changed: readonly Entry[], data: readonly Entry[]): Entry[] {
    if (this.#settings.endedStatuses === "zero") return [...changed];
    const touched = new Set(changed.map(({ metric }) => metric));
    return data.filter(({ metric }) => touched.has(metric));
  }

  /** Running totals of the half hour, as the aggregates query answers them now. */
  #totalsOf(topic: Topic, group: Row["group"], now: number): Event[] {
    const start = Math.floor(now / HALF_HOUR_MS) * HALF_HOUR_MS;
    const interval = [start, start + HALF_HOUR_MS].map((at) => new Date(at).toISOString()).join("/");
    const predicates = Object.entries(group).map(([dimension, value]) => ({ dimension, value }));
    const body = JSON.stringify({
      interval,
      granularity: "PT30M",
      groupBy: ["queueId", "mediaType"],
      metrics: TOTALS,
      filter: { type: "and", predicates },
    });
    const call = { world: this.#world, now, body, query: new URLSearchParams(), path: "" };
    return rowsOf<BucketRow>(conversationAggregates(call)).flatMap((row) => {
      const metrics = (row.data[0]?.metrics ?? []).filter((entry) => {
        const key = `${group["queueId"]}/${group["mediaType"]}/${entry.metric}`;
        const value = `${interval} ${JSON.stringify(entry.stats)}`;
        const same = this.#totals.get(key) === value;
        this.#totals.set(key, value);
        return !same;
      });
      return metrics.length > 0 ? [event(topic, { group, data: [{ interval, metrics }] })] : [];
    });
  }

  #userEvents(users: ReadonlyMap<string, readonly Topic[]>, now: number): Event[] {
    if (users.size === 0) return [];
    const predicates = [...users.keys()].map((value) => ({ dimension: "userId", value }));
    const body = JSON.stringify({
      metrics: [{ metric: "oActiveQueues", details: true }],
      groupBy: ["userId"],
      filter: { type: "or", predicates },
    });
    const events: Event[] = [];
    for (let pageNumber = 1; ; pageNumber++) {
      const query = new URLSearchParams({ pageSize: "500", pageNumber: String(pageNumber) });
      const rows = rowsOf<ActivityRow>(usersActivity({ world: this.#world, now, body, query, path: "" }));
      for (const row of rows) events.push(...this.#agentChange(users, row));
      if (rows.length < 500) return events;
    }
  }

  #agentChange(users: ReadonlyMap<string, readonly Topic[]>, { group, entities }: ActivityRow): Event[] {
    const { userId } = group;
    const [entity] = entities;
    if (!entity) return [];
    const status = JSON.stringify([entity.routingStatus, entity.routingStatusDate, entity.presenceDate]);
    const before = this.#agents.get(userId);
    this.#agents.set(userId, status);
    if (before === undefined || before === status) return [];
    return users.get(userId)!.map((topic) => event(topic, this.#agentBody(topic, entity)));
  }

  #agentBody({ id, suffix }: Topic, entity: ActivityRow["entities"][number]): unknown {
    const presenceDefinition = { id: entity.organizationPresenceId, systemPresence: entity.systemPresence };
    const routingStatus = { status: entity.routingStatus, startTime: entity.routingStatusDate };
    const modifiedDate = entity.presenceDate;
    if (suffix === "routingStatus") return { id, routingStatus };
    if (suffix === "presence")
      return { source: "PURECLOUD", presenceDefinition, primary: true, message: "", modifiedDate };
    const { organisation } = this.#world;
    const agent = organisation.agentById(id);
    const queues = agent ? organisation.queuesOfSite(agent.site) : [];
    return {
      id,
      routingStatus,
      presence: { presenceDefinition, presenceMessage: "", modifiedDate },
      outOfOffice: { active: false, modifiedDate },
      activeQueueIds: queues.filter((queue) => organisation.isMember(agent!, queue)).map((queue) => queue.id),
      dateActiveQueuesChanged: modifiedDate,
    };
  }
}

interface ActivityRow {
  readonly group: { readonly userId: string };
  readonly entities: readonly {
    readonly routingStatus: string;
    readonly routingStatusDate: string;
    readonly systemPresence: string;
    readonly organizationPresenceId: string;
    readonly presenceDate: string;
  }[];
}

/** A media type as the topic `activity` shows it: counts beside the time at which the oldest began. */
function activity(mediaType: string, data: readonly Entry[]): unknown {
  return { mediaType, data: data.map(({ metric, stats }) => ({ metric, ...stats })) };
}

function event({ name }: Topic, eventBody: unknown): Event {
  return { topicName: name, version: "2", eventBody };
}

function idOf({ metric, qualifier = "" }: Entry): string {
  return `${metric}/${qualifier}`;
}

function sameStats(entry: Entry, before: Entry | undefined): boolean {
  return (
    before !== undefined &&
    entry.stats["count"] === before.stats["count"] &&
    entry.stats["calculatedMetricValue"] === before.stats["calculatedMetricValue"]
  );
}

function rowsOf<T>(answer: unknown): readonly T[] {
  return (answer as { results?: readonly T[] }).results ?? [];
}
