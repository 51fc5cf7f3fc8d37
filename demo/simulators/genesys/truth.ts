import type { World } from "./context";
import { conversationAggregates } from "./queries/conversation-aggregates";
import { queueDetails } from "./queries/details";
import { userAggregates } from "./queries/users";

/** Which answer is asked for, by the name of its query. */
export type TruthQuery = "conversations/aggregates" | "users/aggregates" | "queues/details";

/**
 * The final values of a query, as if asked after every late booking has arrived: the `results` of its answer.
 *
 * @param body the body of the query, as the API takes it
 * @param reprocessed whether the nightly reprocessing of days that are long past is in it
 */
export type Truth = (query: TruthQuery, body: object, reprocessed?: boolean) => readonly unknown[];

const ANSWERS = {
  "conversations/aggregates": conversationAggregates,
  "users/aggregates": userAggregates,
  "queues/details": queueDetails,
} as const;

export function truth(world: World): Truth {
  return (query, body, reprocessing = false) => {
    const call = { now: Infinity, body: JSON.stringify(body), query: new URLSearchParams(), path: "" };
    const answer = ANSWERS[query]({ ...call, world: { ...world, reprocessing } });
    return (answer as { results?: readonly unknown[] }).results ?? [];
  };
}
