import type { Figures } from "./figures";
import type { LatencyCounts } from "./latency";

/**
 * What a node is doing, in a word.
 *
 * `starting`: nothing has happened yet. `opening`: gets ready, and is wrong if that takes over a minute. `running`,
 * `busy`, `idle`: works. `waiting`: paused on purpose (rate limit, back-off of a first retry). `degraded`: works, but
 * something needs attention. `failed`: does not work.
 */
export type NodeState =
  "starting" | "opening" | "idle" | "running" | "busy" | "waiting" | "degraded" | "failed";

/** The node that reports. */
export interface NodeIdentity {
  readonly id: string;
  readonly type: string;
  readonly name?: string | undefined;
  /** The flow tab, group's tab or subflow instance (Node-RED's `z`); absent for config nodes, which belong to all. */
  readonly flow?: string | undefined;
}

/** A problem that lasts until it is cleared, whatever the node's state. */
export interface Problem {
  /** Names the problem among those of its node, such as `wiring`. */
  readonly topic: string;
  /** A sentence that says what to do. Never a secret. */
  readonly message: string;
  /** Its effect on health: `failed` where the node does not do its work. */
  readonly makes: "degraded" | "failed";
}

/** Further facts to show about one node. Never a secret. */
export type Details = Readonly<Record<string, string | number | boolean>>;

/** The state of one node at one moment. */
export interface NodeReport extends NodeIdentity {
  /** When the node was first announced, milliseconds since the epoch. */
  readonly since: number;
  readonly state: NodeState;
  /** When it came into that state. */
  readonly stateSince: number;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly figures: Readonly<Figures>;
  /** Errors by cause; their sum is the figure `errors`. */
  readonly causes: Readonly<Record<string, number>>;
  /** How long its writes took; absent for nodes that do not write. */
  readonly writeLatency: LatencyCounts | undefined;
  readonly details: Details;
}
