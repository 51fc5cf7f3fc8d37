import type { Dimension } from "./dimensions";

/**
 * The families of aggregate queries and the grouping of each where the user asks for none. Names: the paths
 * `POST /api/v2/analytics/<family>/aggregates/query` of the official SDK.
 */
export const FAMILY_GROUPINGS = {
  conversations: ["queueId", "mediaType"],
  users: ["userId"],
  flows: ["flowId", "mediaType"],
  flowexecutions: ["flowId"],
  bots: ["botId", "mediaType"],
  evaluations: ["queueId", "userId"],
  surveys: ["queueId", "userId"],
  actions: ["actionId"],
  resolutions: ["queueId"],
  agentutilizations: ["userId", "mediaType"],
  journeys: ["journeyOutcomeId"],
  knowledge: ["knowledgeBaseId", "queueId"],
  taskmanagement: ["workbinId", "typeId"],
  transcripts: ["queueId"],
  agentcopilots: ["queueId"],
  summaries: ["queueId"],
  copilots: ["userId"],
  casemanagement: ["caseplanId"],
  ratelimits: ["namespace", "limitName"],
} as const satisfies Readonly<Record<string, readonly Dimension[]>>;

/** A family of aggregate queries: `msg.genesys.family`. */
export type Family = keyof typeof FAMILY_GROUPINGS;

/** All families, in the table's order. */
export const FAMILIES = Object.keys(FAMILY_GROUPINGS) as readonly Family[];

/** Whether a foreign text names a family. */
export function isFamily(value: unknown): value is Family {
  return typeof value === "string" && Object.hasOwn(FAMILY_GROUPINGS, value);
}
