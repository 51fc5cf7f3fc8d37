import type { Operation } from "./context";
import { queueDetails } from "./queries/details";

const post = (path: string, permission: string, answer: Operation["answer"]): Operation => ({
  method: "POST",
  path: new RegExp(`^/api/v2/analytics/${path}/query$`),
  permissions: [permission],
  answer,
});

/** Every operation that the simulator serves. */
export const OPERATIONS: readonly Operation[] = [
  post("queues/details", "analytics:queueObservation:view", queueDetails),
];
