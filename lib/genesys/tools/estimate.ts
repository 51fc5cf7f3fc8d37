import { KINDS, type PollKind } from "../../terms/kinds";
import { RATE_PER_MINUTE, BACKGROUND_SHARE, USED_SHARE } from "../http/rates";
import { listRequestsPerHour, memberRequestsPerHour } from "../names/list-ages";
import { AnswerSize, cellsFor, pieceBuckets } from "../queries/answer-size";
import { CONVERSATION_AGGREGATES_CAP } from "../queries/conversation-aggregates";
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
  /** Whole buckets that each poll asks again. */
  readonly lookback?: number;
  /** Dimensions beside those that the kind has. */
  readonly groupBy?: readonly string[];
  /** Length of a bucket, in milliseconds. Default half an hour. */
  readonly granularityMs?: number;
  /** Days that are asked again once a day. Default none. */
  readonly resyncDays?: number;
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
  const resync = resyncOf(settings, perMinute);
  const perDay = (perCycle * 86_400) / everyS + listsPerHour * 24 + (resync?.requests ?? 0);
  return {
    perCycle,
    perMinute,
    listsPerHour,
    resync,
    perMonth: Math.round(perDay * MONTH_DAYS),
    rateShare: (perMinute + listsPerHour / 60) / RATE_PER_MINUTE,
  };
}

const requests = (keys: number, size: number) => Math.max(1, Math.ceil(keys / size));

function callsPerCycle(settings: EstimateSettings): number {
  const { kind, queues = 0, agents = 0, agentsChosen, lookback = 2 } = settings;
  switch (kind) {
    case "queue-details":
      return 1;
    case "queue-observations":
      return requests(queues, QUEUE_OBSERVATIONS_CAP);
    case "agent-activity":
      if (agentsChosen) return requests(agents, USER_ACTIVITY_CAP) * requests(queues, USER_ACTIVITY_CAP);
      // A full page may be followed by another; of queues nobody knows whom to expect, so that an empty one ends it.
      return queues > 0
        ? requests(queues, USER_ACTIVITY_CAP) + requests(agents, USER_ACTIVITY_PAGE)
        : Math.floor(agents / USER_ACTIVITY_PAGE) + 1;
    case "queue-aggregates":
    case "agent-aggregates":
    case "agent-performance":
    case "analytics-aggregates":
      return callsFor(settings, lookback + 1);
  }
}

/** Requests for so many buckets of all keys. */
function callsFor({ kind, queues = 0, agents = 0, groupBy = [] }: EstimateSettings, buckets: number): number {
  const ofAgents = KINDS[kind].about === "agents";
  const cap = ofAgents ? USER_AGGREGATES_CAP : CONVERSATION_AGGREGATES_CAP;
  return requests(ofAgents ? agents : queues, new AnswerSize(cap, cellsFor(groupBy)).keys(buckets));
}

function listCallsPerHour({ kind, queues = 0, agents = 0 }: EstimateSettings): number {
  if (KINDS[kind].shape === "tutorial") return 0;
  if (KINDS[kind].about === "queues") {
    return listRequestsPerHour(queues) + requests(queues, QUEUE_OBSERVATIONS_CAP);
  }
  const ofQueues = queues === 0 ? 0 : listRequestsPerHour(queues);
  const members = kind === "agent-aggregates" ? memberRequestsPerHour(queues) : 0;
  return listRequestsPerHour(agents) + ofQueues + members;
}

function resyncOf(settings: EstimateSettings, perMinute: number): Batch | undefined {
  const { kind, queues = 0, agents = 0, granularityMs = 1_800_000, resyncDays = 0 } = settings;
  if (KINDS[kind].shape !== "buckets" || resyncDays === 0) return undefined;
  const buckets = Math.ceil((resyncDays * DAY_MS) / granularityMs);
  const piece = pieceBuckets(KINDS[kind].about === "agents" ? agents : queues);
  const count = Math.ceil(buckets / piece) * callsFor(settings, Math.min(piece, buckets));
  const free = Math.max(1, (RATE_PER_MINUTE * USED_SHARE - perMinute) * BACKGROUND_SHARE);
  return { requests: count, minutes: Math.ceil(count / free) };
}
