import type { ROUTING_STATUSES, SYSTEM_PRESENCES } from "./presences";

/** Facts about a metric of queue observations. */
export interface ObservationFacts {
  /** The groups that carry it: `agents` those of a queue alone, `conversations` those of a queue and a media type. */
  readonly of: "agents" | "conversations";
  /** The field of its age, for a metric whose value is the time at which something began. */
  readonly age?: string;
}

/** The metrics of queue observations. Names: `QueueObservationMetric` of the official JavaScript SDK 262.0.0. */
const OBSERVATIONS = {
  oActiveUsers: { of: "agents" },
  oAlerting: { of: "conversations" },
  oInteracting: { of: "conversations" },
  oLongestInteracting: { of: "conversations", age: "longestInteractionSeconds" },
  oLongestWaiting: { of: "conversations", age: "longestWaitSeconds" },
  oMemberUsers: { of: "agents" },
  oOffQueueUsers: { of: "agents" },
  oOnQueueUsers: { of: "agents" },
  oUserPresences: { of: "agents" },
  oUserRoutingStatuses: { of: "agents" },
  oWaiting: { of: "conversations" },
} as const satisfies Readonly<Record<string, ObservationFacts>>;

/** A metric of queue observations. */
export type Observation = keyof typeof OBSERVATIONS;

/** The facts about a metric; `undefined` for one of another query. */
export function observationFacts(metric: string): ObservationFacts | undefined {
  return Object.hasOwn(OBSERVATIONS, metric) ? OBSERVATIONS[metric as Observation] : undefined;
}

/** The state of an agent who has gone: the last point of the series. */
export const GONE_AGENT = {
  routingStatus: "OFF_QUEUE",
  systemPresence: "OFFLINE",
  presence: "Offline",
} as const satisfies {
  readonly routingStatus: (typeof ROUTING_STATUSES)[number];
  readonly systemPresence: (typeof SYSTEM_PRESENCES)[number];
  readonly presence: string;
};
