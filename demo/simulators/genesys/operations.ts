import type { Operation } from "./context";
import {
  allQueueViews,
  ownOrganisation,
  presenceList,
  queueList,
  queueMembers,
  queueViews,
  userList,
} from "./lists";
import { FAMILIES, SIM_FAMILIES } from "./families/catalogue";
import { NAME_LISTS } from "./name-lists";
import { conversationAggregates } from "./queries/conversation-aggregates";
import { queueDetails } from "./queries/details";
import { familyAggregates } from "./queries/family-aggregates";
import { queueObservations } from "./queries/queue-observations";
import { userAggregates } from "./queries/users";
import { usersActivity } from "./queries/users-activity";

const post = (
  path: string,
  permission: string | readonly string[],
  answer: Operation["answer"],
): Operation => ({
  method: "POST",
  path: new RegExp(`^/api/v2/analytics/${path}/query$`),
  permissions: [permission].flat(),
  answer,
});
const get = (path: string, permissions: readonly string[], answer: Operation["answer"]): Operation => ({
  method: "GET",
  path: new RegExp(`^/api/v2/${path}$`),
  permissions,
  answer,
});

/** Every operation that the simulator serves, with the permissions that the real service asks for. */
export const OPERATIONS: readonly Operation[] = [
  post("queues/details", "analytics:queueObservation:view", queueDetails),
  post("conversations/aggregates", "analytics:conversationAggregate:view", conversationAggregates),
  post("queues/observations", "analytics:queueObservation:view", queueObservations),
  post("users/aggregates", "analytics:userAggregate:view", userAggregates),
  post("users/activity", "analytics:userObservation:view", usersActivity),
  ...SIM_FAMILIES.map((family) =>
    post(`${family}/aggregates`, FAMILIES[family].permissions, familyAggregates(family)),
  ),
  ...NAME_LISTS,
  get("routing/queues", ["routing:queue:view"], queueList),
  get("routing/queues/divisionviews", ["routing:queue:search"], queueViews),
  get("routing/queues/divisionviews/all", ["routing:queue:search"], allQueueViews),
  get(
    "routing/queues/[^/]+/members",
    ["routing:queue:view", "routing:queue:edit", "routing:queue:readonly", "routing:queueMember:manage"],
    queueMembers,
  ),
  get("users", ["directory:user:view"], userList),
  get("presence/definitions", ["presence:presenceDefinition:view"], presenceList),
  get("organizations/me", [], ownOrganisation),
];
