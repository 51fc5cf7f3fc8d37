/**
 * What a node is doing, in a word.
 *
 * `starting`: nothing has happened yet. `running`, `busy`, `idle`: works. `waiting`: paused on purpose (rate limit,
 * back-off of a first retry). `degraded`: works, but something needs attention. `failed`: does not work.
 */
export type NodeState = "starting" | "running" | "busy" | "idle" | "waiting" | "degraded" | "failed";

/** Who reports. */
export interface NodeIdentity {
  readonly id: string;
  readonly type: string;
  readonly name?: string | undefined;
  /** The flow tab (Node-RED's `z`); absent for config nodes, which belong to every flow. */
  readonly flow?: string | undefined;
}

/** Figures that a node reports; each node sets the ones it knows. Times are milliseconds since the epoch. */
export interface Figures {
  /** The last poll that succeeded. */
  lastPollTime?: number;
  /** Polls that were answered since start. */
  polls?: number;
  /** Triggers that were skipped since start: a poll was still running, or a rate limit held. */
  pollsSkipped?: number;
  /** No request is sent before this time. */
  rateLimitedUntil?: number | undefined;
  /** Used part of the request budget, 0 to 1. */
  budgetUsed?: number;
  lastWriteTime?: number;
  lastWriteLatencyMs?: number;
  linesWritten?: number;
  linesRejected?: number;
  linesDropped?: number;
  linesCorrupt?: number;
  /** Lines on disk that are not confirmed. */
  walPending?: number;
  walBytes?: number;
  /** When the oldest unconfirmed line was appended. */
  walOldestAt?: number | undefined;
  errors?: number;
}

/** The figures that count up. */
export type Counter =
  "polls" | "pollsSkipped" | "linesWritten" | "linesRejected" | "linesDropped" | "linesCorrupt" | "errors";

/** Anything else worth showing about one node. Never a secret. */
export type Details = Readonly<Record<string, string | number | boolean>>;

/** What the registry knows of one node at one moment. */
export interface NodeReport extends NodeIdentity {
  /** When the node was first announced. */
  readonly since: number;
  readonly state: NodeState;
  readonly message: string;
  readonly figures: Readonly<Figures>;
  readonly details: Details;
}
