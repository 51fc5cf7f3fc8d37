import { KINDS, type PollKind } from "../../terms/kinds";
import { AnswerSize } from "../queries/answer-size";
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
  /** Seconds between two triggers. */
  readonly everySeconds: number;
}

/** What it costs in requests. */
export interface Estimate {
  readonly perCycle: number;
  readonly perMinute: number;
  /** Of 30 days, with the hourly lists of names. Counts against the fair use of the organisation's licences. */
  readonly perMonth: number;
  /** Part of the 300 requests per minute that an OAuth client has, 0 to 1 and above. */
  readonly rateShare: number;
}

const MONTH_SECONDS = 30 * 86_400;
const RATE_PER_MINUTE = 300;
const LIST_PAGE = 100;

/** Works out how many requests a poll makes, from the same caps that it keeps. */
export function estimateCalls(settings: EstimateSettings): Estimate {
  const { queues = 0, agents = 0, everySeconds } = settings;
  const perCycle = callsPerCycle(settings);
  const everyS = Math.max(1, everySeconds);
  const { shape, about } = KINDS[settings.kind];
  const named = about === "queues" ? queues : about === "agents" ? agents : queues + agents;
  // The source tutorial's query brings no ids that a list of names would explain.
  const perHour = shape === "tutorial" ? 0 : Math.ceil(named / LIST_PAGE);
  const perMinute = (perCycle * 60) / everyS;
  return {
    perCycle,
    perMinute,
    perMonth: Math.round((perCycle * MONTH_SECONDS) / everyS + (perHour * MONTH_SECONDS) / 3_600),
    rateShare: perMinute / RATE_PER_MINUTE,
  };
}

function callsPerCycle({
  kind,
  queues = 0,
  agents = 0,
  agentsChosen,
  lookback = 2,
}: EstimateSettings): number {
  const requests = (keys: number, size: number) => Math.max(1, Math.ceil(keys / size));
  const buckets = lookback + 1;
  switch (kind) {
    case "queue-details":
      return 1;
    case "queue-aggregates":
    case "analytics-aggregates":
      return requests(queues, new AnswerSize(CONVERSATION_AGGREGATES_CAP).keys(buckets));
    case "queue-observations":
      return requests(queues, QUEUE_OBSERVATIONS_CAP);
    case "agent-aggregates":
    case "agent-performance":
      return requests(agents, new AnswerSize(USER_AGGREGATES_CAP).keys(buckets));
    case "agent-activity":
      if (agentsChosen) return requests(agents, USER_ACTIVITY_CAP) * requests(queues, USER_ACTIVITY_CAP);
      // The page that is not full ends the list; after a full last one an empty one follows.
      return queues > 0
        ? requests(queues, USER_ACTIVITY_CAP) - 1 + Math.floor(agents / USER_ACTIVITY_PAGE) + 1
        : Math.floor(agents / USER_ACTIVITY_PAGE) + 1;
  }
}
