import type { Call, World } from "./context";
import { SIM_FAMILIES } from "./families/catalogue";
import type { SimFamily } from "./families/catalogue";
import { conversationAggregates } from "./queries/conversation-aggregates";
import { queueDetails } from "./queries/details";
import { familyAggregates } from "./queries/family-aggregates";
import { queueObservations } from "./queries/queue-observations";
import { userAggregates } from "./queries/users";
import { usersActivity } from "./queries/users-activity";

/** Which answer is asked for, by the name of its query. */
export type TruthQuery =
  | "conversations/aggregates"
  | "users/aggregates"
  | "queues/details"
  | "queues/observations"
  | "users/activity"
  | `${SimFamily}/aggregates`;

/**
 * Answers a query with its `results` at a time. Without a time, with the final values, after all late bookings and
 * nightly corrections. Live queries need a time; agents come on one page.
 *
 * @param body the body of the query, as the API takes it
 * @param at milliseconds since the epoch
 */
export type Truth = (query: TruthQuery, body: object, at?: number) => readonly unknown[];

const ANSWERS = new Map<TruthQuery, (call: Call) => unknown>([
  ["conversations/aggregates", conversationAggregates],
  ["users/aggregates", userAggregates],
  ["queues/details", queueDetails],
  ["queues/observations", queueObservations],
  ["users/activity", usersActivity],
  ...SIM_FAMILIES.map((family) => [`${family}/aggregates`, familyAggregates(family)] as const),
]);

const ONE_PAGE = new URLSearchParams({ pageSize: "500" });

/** Makes the truth of a simulated organisation. */
export function truth(world: World): Truth {
  return (query, body, at = Infinity) => {
    const call = { now: at, body: JSON.stringify(body), query: ONE_PAGE, path: "" };
    const answer = ANSWERS.get(query)?.({ ...call, world });
    return (answer as { results?: readonly unknown[] } | undefined)?.results ?? [];
  };
}
