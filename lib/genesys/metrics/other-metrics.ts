import type { Observation } from "../../terms/observations";

/** The metrics of queue observations: what is going on now. */
export const OBSERVATION_METRICS = {
  oActiveUsers: "Members who have the queue switched on.",
  oAlerting: "Conversations that are ringing at an agent.",
  oInteracting: "Conversations with an agent.",
  oLongestInteracting: "When the longest conversation with an agent began.",
  oLongestWaiting: "When the one who waits longest began to wait.",
  oMemberUsers: "Members of the queue.",
  oOffQueueUsers: "Members off the queue, by presence.",
  oOnQueueUsers: "Members on the queue, by routing status.",
  oUserPresences: "Members by presence.",
  oUserRoutingStatuses: "Members by routing status.",
  oWaiting: "Conversations that wait for an agent.",
} as const satisfies Readonly<Record<Observation, string>>;

/** The metrics of user aggregates: how long an agent was in each status. */
export const AGENT_METRICS = {
  tAgentRoutingStatus: "Time per routing status: idle, interacting, not responding and so on.",
  tOrganizationPresence: "Time per presence of the organisation's own list.",
  tSystemPresence: "Time per system presence: available, on queue, break and so on.",
} as const;
