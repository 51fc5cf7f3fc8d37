import type { GenesysSimulator } from "../../demo/simulators/genesys/server";
import { call, tokenOf } from "./genesys-calls";
import type { Answer } from "./genesys-calls";

/** A row of an aggregate answer. */
export interface AggregateRow {
  readonly group: Readonly<Record<string, string>>;
  readonly data: readonly {
    readonly interval: string;
    readonly metrics: readonly {
      readonly metric: string;
      readonly stats: Readonly<Record<string, number>>;
    }[];
  }[];
}

/** Any of these values of a dimension. */
export const or = (dimension: string, values: readonly string[]) => ({
  type: "or",
  predicates: values.map((value) => ({ dimension, value })),
});

/** Good questions to a simulator, and a way to ask them. */
export async function questionsTo(simulator: GenesysSimulator) {
  const headers = { authorization: `Bearer ${await tokenOf(simulator)}` };
  const interval = "2026-11-22T08:00:00.000Z/2026-11-22T10:00:00.000Z";
  const queueIds = () => simulator.organisation.queues().map(({ id }) => id);
  const userIds = () => simulator.organisation.agents().map(({ id }) => id);
  return {
    queueIds,
    userIds,
    post: (path: string, json: unknown): Promise<Answer> =>
      call(`${simulator.url}/api/v2/analytics/${path}`, { method: "POST", json, headers }),
    get: (path: string): Promise<Answer> => call(`${simulator.url}/api/v2/${path}`, { headers }),
    aggregates: (over: object = {}) => ({
      interval,
      granularity: "PT30M",
      groupBy: ["queueId", "mediaType"],
      metrics: ["nOffered", "tAnswered", "tAbandon", "tWait", "tHandle", "oServiceLevel", "oServiceTarget"],
      filter: { type: "and", clauses: [or("queueId", queueIds())] },
      ...over,
    }),
    observation: (over: object = {}) => ({
      filter: or("queueId", queueIds()),
      metrics: [
        "oWaiting",
        "oInteracting",
        "oLongestInteracting",
        "oOnQueueUsers",
        "oMemberUsers",
        "oUserPresences",
      ],
      ...over,
    }),
    userAggregates: (over: object = {}) => ({
      interval,
      granularity: "PT30M",
      groupBy: ["userId"],
      metrics: ["tAgentRoutingStatus", "tSystemPresence", "tOrganizationPresence"],
      filter: or("userId", userIds()),
      ...over,
    }),
    activity: { metrics: [{ metric: "oActiveQueues", details: true }], groupBy: ["userId"] },
  };
}

/** What `questionsTo` gives. */
export type Questions = Awaited<ReturnType<typeof questionsTo>>;

/** The results of an answer, `[]` for an empty one. */
export const rowsOf = (body: unknown) => (body as { results?: AggregateRow[] }).results ?? [];
