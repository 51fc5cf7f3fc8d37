/** Everything that nodes, admin routes and tools need of Genesys Cloud; the folders below are not for them. */
export { asGenesysError, FAILURE_KINDS, type FailureKind, GenesysError } from "./errors";
export { Client, type ClientSettings } from "./http/client";
export { Directory } from "./names/directory";
export { Notices } from "./notices";
export { genesysInfo } from "./poll/genesys-info";
export type { PollerParts } from "./poll/buckets";
export type { PollAnswer, Poller } from "./poll/poller";
export { analyticsPoller } from "./poll/analytics-poller";
export { agentPoller } from "./poll/agent-poller";
export { queuePoller } from "./poll/queue-poller";
export { Live, type LiveReport } from "./push/live";
export { liveInfo } from "./push/live-info";
export { pushSource } from "./push/push-source";
export { Slots } from "./push/slots";
export { type Endpoints, endpoints } from "./regions";
export { OTHER_NAMES, PRESENCES, QUEUES, USERS } from "./names/lists";
export { listNamed, listPresences, listQueues, listUsers, type PickerItem } from "./tools/pickers";
export { testConnection } from "./tools/test-connection";
