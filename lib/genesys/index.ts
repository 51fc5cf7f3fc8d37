/** Everything that nodes, admin routes and tools need of Genesys Cloud; the folders below are not for them. */
export { asGenesysError, FAILURE_KINDS, type FailureKind, GenesysError } from "./errors";
export { type CallOptions, Client, type ClientSettings } from "./http/client";
export { METRIC_CATALOGUE, type MetricFamily, type MetricInfo, type MetricQuery } from "./metrics/catalogue";
export { Directory } from "./names/directory";
export { isoTime } from "./interval/granularity";
export { HIDDEN as HIDDEN_QUEUES } from "./names/selection";
export { Notices } from "./notices";
export { genesysInfo } from "./poll/genesys-info";
export type { PollerParts } from "./poll/buckets";
export type { PollAnswer, Poller, PollProgress } from "./poll/poller";
export { agentPoller, type AgentPollSettings } from "./poll/agent-poller";
export { queuePoller, type QueuePollSettings } from "./poll/queue-poller";
export { DEFAULT_REGION, type Endpoints, endpoints, REGIONS } from "./regions";
export { type Estimate, estimateCalls, type EstimateSettings } from "./tools/estimate";
export { listPresences, listQueues, listUsers, type PickerItem } from "./tools/pickers";
export { type ConnectionCheck, type ConnectionReport, testConnection } from "./tools/test-connection";
