/** Everything that nodes, admin routes and tools need of Genesys Cloud; the folders below are not for them. */
export { asGenesysError, type FailureKind, GenesysError } from "./errors";
export { type CallOptions, Client, type ClientSettings } from "./http/client";
export { Checkpoint } from "./interval/checkpoint";
export { isoTime } from "./interval/granularity";
export { Notices } from "./poll/notices";
export { type PollAnswer, Poller, type PollerSettings } from "./poll/poller";
export { QUEUE_QUERIES, queuePoller, type QueuePollSettings } from "./poll/queue-poller";
export { DEFAULT_REGION, type Endpoints, endpoints, REGIONS } from "./regions";
