import type { World } from "./context";
import { conversationAggregates } from "./queries/conversation-aggregates";
import { queueDetails } from "./queries/details";
import { userAggregates } from "./queries/users";

/** Which answer is asked for, by the name of its query. */
export type TruthQuery = "conversations/aggregates" | "users/aggregates" | "queues/details";

/**
 * The `results` of a query as they would be at a time: without one, the final values, as if asked after every late
 * booking has arrived and every night has corrected what it corrects.
 *
 * @param body the body of the query, as the API takes it
 * @param at milliseconds since the epoch
 */
export type Truth = (query: TruthQuery, body: object, at?: number) => readonly unknown[];

const ANSWERS = {
  "conversations/aggregates": conversationAggregates,
  "users/aggregates": userAggregates,
  "queues/details": queueDetails,
} as const;

export function truth(world: World): Truth {
  return (query, body, at = Infinity) => {
    const call = { now: at, body: JSON.stringify(body), query: new URLSearchParams(), path: "" };
    const answer = ANSWERS[query]({ ...call, world });
    return (answer as { results?: readonly unknown[] }).results ?? [];
  };
}
