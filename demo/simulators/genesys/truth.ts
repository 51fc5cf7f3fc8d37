import type { Call, World } from "./context";
import { SIM_FAMILIES } from "./families/catalogue";
import type { SimFamily } from "./families/catalogue";
import { conversationAggregates } from "./queries/conversation-aggregates";
import { queueDetails } from "./queries/details";
import { familyAggregates } from "./queries/family-aggregates";
import { userAggregates } from "./queries/users";

/** Which answer is asked for, by the name of its query. */
export type TruthQuery =
  "conversations/aggregates" | "users/aggregates" | "queues/details" | `${SimFamily}/aggregates`;

/**
 * The `results` of a query as they would be at a time: without one, the final values, as if asked after every late
 * booking has arrived and every night has corrected what it corrects.
 *
 * @param body the body of the query, as the API takes it
 * @param at milliseconds since the epoch
 */
export type Truth = (query: TruthQuery, body: object, at?: number) => readonly unknown[];

const ANSWERS = new Map<TruthQuery, (call: Call) => unknown>([
  ["conversations/aggregates", conversationAggregates],
  ["users/aggregates", userAggregates],
  ["queues/details", queueDetails],
  ...SIM_FAMILIES.map((family) => [`${family}/aggregates`, familyAggregates(family)] as const),
]);

export function truth(world: World): Truth {
  return (query, body, at = Infinity) => {
    const call = { now: at, body: JSON.stringify(body), query: new URLSearchParams(), path: "" };
    const answer = ANSWERS.get(query)?.({ ...call, world });
    return (answer as { results?: readonly unknown[] } | undefined)?.results ?? [];
  };
}
