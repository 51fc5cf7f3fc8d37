import { nameKeyOf } from "../../terms/dimensions";
import { KINDS, type PollKind } from "../../terms/kinds";
import { RATE_PER_MINUTE, BACKGROUND_SHARE, USED_SHARE } from "../http/rates";
import { CHANNEL_FILL, FALLBACK_MS, LIST_PATIENCE } from "../push/pace";
import { listRequestsPerHour, memberRequestsPerHour } from "../names/list-ages";
import { AnswerSize, cellsFor, pieceBuckets } from "../queries/answer-size";
import { AGENT_PERFORMANCE_CAP, CONVERSATION_AGGREGATES_CAP } from "../queries/conversation-aggregates";
import { QUEUE_OBSERVATIONS_CAP } from "../queries/queue-observations";
import { USER_ACTIVITY_CAP, USER_ACTIVITY_PAGE } from "../queries/user-activity";
import { USER_AGGREGATES_CAP } from "../queries/user-aggregates";

/** What a poll will ask for. */
export interface EstimateSettings {
  readonly kind: PollKind;
  /** Queues that it covers; for agents: 0 unless they are chosen by queue. */
  readonly queues?: number;
  /** Agents that it covers. */
  readonly agents?: number;
  /** Whether agents are chosen one by one, not simply all of them. */
  readonly agentsChosen?: boolean;
  /** Whole buckets that each poll asks again. Default none. */
  readonly lookback?: number;
  /** Dimensions beside those that the kind has; of a family all. */
  readonly groupBy?: readonly string[];
  /** Length of a bucket, in milliseconds; without it no older buckets are estimated. */
  readonly granularityMs?: number;
  /** Days that are asked again once a day. Default none. */
  readonly resyncDays?: number;
  /** Days before the first poll that are loaded once. Default none. */
  readonly historyDays?: number;
  /** Seconds between two triggers. */
  readonly everySeconds: number;
}

/** A number of requests that is not made at once. */
export interface Batch {
  readonly requests: number;
  /** How long they take in the part of the rate that live polls leave to older buckets. */
  readonly minutes: number;
}

/** What it costs in requests. */
export interface Estimate {
  readonly perCycle: number;
  /** Of the polls alone. */
  readonly perMinute: number;
  /** For lists of names, members, and the look for hidden queues; in an hour. */
  readonly listsPerHour: number;
  /** Once a day, `undefined` where nothing is asked again. */
  readonly resync: Batch | undefined;
  /** Once, `undefined` where history begins with the first poll. */
  readonly history: Batch | undefined;
  /** Of 30 days, all of it. Counts against the fair use of the organisation's licences. */
  readonly perMonth: number;
  /** Part of the 300 requests per minute that an OAuth client has, 0 to 1 and above. */
  readonly rateShare: number;
}

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;

/** Works out how many requests a poll makes, from the same caps that it keeps. */
export function estimateCalls(settings: EstimateSettings): Estimate {
  const everyS = Math.max(1, settings.everySeconds);
  const perCycle = callsPerCycle(settings);
  const listsPerHour = listCallsPerHour(settings);
  const perMinute = (perCycle * 60) / everyS;
  const { resyncDays, historyDays } = settings;
  const resync = olderOf(settings, resyncDays, perMinute);
  const perDay = (perCycle * 86_400) / everyS + listsPerHour * 24 + (resync?.requests ?? 0);
  return {
    perCycle,
    perMinute,
    listsPerHour,
    resync,
    history: olderOf(settings, historyDays, perMinute),
    perMonth: Math.round(perDay * MONTH_DAYS),
    rateShare: (perMinute + listsPerHour / 60) / RATE_PER_MINUTE,
  };
}

/** What live state by push costs in requests; events cost none. */
export interface LiveEstimate {
  /** Snapshots and lists of names, in an hour in which all changes are pushed. */
  readonly perHour: number;
  /** The same while nothing is pushed, and the state is asked for instead. */
  readonly perHourPolling: number;
  /** Of the channels that an OAuth client has. */
  readonly channels: number;
}

/** Works out how many requests live state makes. @param everySeconds time between two snapshots */
export function estimateLive(settings: EstimateSettings): LiveEstimate {
  const { kind, queues = 0, agents = 0, everySeconds } = settings;
  const lists = listCallsPerHour({ ...settings, resyncDays: 0 }) / LIST_PATIENCE;
  const perHour = (seconds: number) => Math.ceil((callsPerCycle(settings) * 3_600) / seconds + lists);
  const topics = KINDS[kind].about === "agents" ? agents : queues;
  return {
    perHour: perHour(Math.max(1, everySeconds)),
    perHourPolling: perHour(FALLBACK_MS / 1_000),
    channels: Math.max(1, Math.ceil(topics / CHANNEL_FILL)),
  };
}

/** Queues or agents in one request; the tutorial's query always makes one. */
const CAPS: Readonly<Record<PollKind, number>> = {
  "queue-details": Infinity,
  "queue-observations": QUEUE_OBSERVATIONS_CAP,
  "queue-aggregates": CONVERSATION_AGGREGATES_CAP,
  "agent-activity": USER_ACTIVITY_CAP,
  "agent-aggregates": USER_AGGREGATES_CAP,
  "agent-performance": AGENT_PERFORMANCE_CAP,
  "analytics-aggregates": CONVERSATION_AGGREGATES_CAP,
};

const requests = (keys: number, size: number) => Math.max(1, Math.ceil(keys / size));

function callsPerCycle(settings: EstimateSettings): number {
  const { kind, queues = 0, agents = 0, agentsChosen, lookback = 0 } = settings;
  const cap = CAPS[kind];
  const { shape } = KINDS[kind];
  switch (shape) {
    case "tutorial":
    case "observations":
      return requests(queues, cap);
    case "activity":
      if (agentsChosen) return requests(agents, cap) * requests(queues, cap);
      // A full page may be followed by another; of queues nobody knows whom to expect, so that an empty one ends it.
      return queues > 0
        ? requests(queues, cap) + requests(agents, USER_ACTIVITY_PAGE)
        : Math.floor(agents / USER_ACTIVITY_PAGE) + 1;
    case "buckets":
      return callsFor(settings, lookback + 1);
  }
}

/** Requests for so many buckets of all keys. */
function callsFor({ kind, queues = 0, agents = 0, groupBy = [] }: EstimateSettings, buckets: number): number {
  const ofAgents = KINDS[kind].about === "agents";
  // Beside the key and the media type each dimension makes an answer longer.
  const own: readonly string[] = KINDS[kind].groupBy ?? [];
  const further = [...own.filter((name) => name !== own[0] && name !== "mediaType"), ...groupBy];
  return requests(ofAgents ? agents : queues, new AnswerSize(CAPS[kind], cellsFor(further)).keys(buckets));
}

function listCallsPerHour({ kind, queues = 0, agents = 0, groupBy = [] }: EstimateSettings): number {
  if (KINDS[kind].shape === "tutorial") return 0;
  switch (KINDS[kind].about) {
    case "queues":
      return listRequestsPerHour(queues) + requests(queues, QUEUE_OBSERVATIONS_CAP);
    case "agents": {
      const ofQueues = queues === 0 && kind !== "agent-performance" ? 0 : listRequestsPerHour(queues);
      const members = kind === "agent-activity" ? 0 : memberRequestsPerHour(queues);
      return listRequestsPerHour(agents) + ofQueues + members;
    }
    case "family": {
      // As long as nobody knows how long they are: a page each.
      const lists = new Set(groupBy.flatMap((name) => nameKeyOf(name) ?? []));
      return lists.size * listRequestsPerHour(0);
    }
  }
}

/** Requests for days of older buckets, and how long they take behind the polls. */
function olderOf(settings: EstimateSettings, days = 0, perMinute: number): Batch | undefined {
  const { kind, queues = 0, agents = 0, granularityMs } = settings;
  if (KINDS[kind].shape !== "buckets" || days <= 0 || !granularityMs) return undefined;
  const buckets = Math.ceil((days * DAY_MS) / granularityMs);
  const piece = pieceBuckets(KINDS[kind].about === "agents" ? agents : queues);
  const count = Math.ceil(buckets / piece) * callsFor(settings, Math.min(piece, buckets));
  const free = Math.max(1, (RATE_PER_MINUTE * USED_SHARE - perMinute) * BACKGROUND_SHARE);
  return { requests: count, minutes: Math.ceil(count / free) };
}
