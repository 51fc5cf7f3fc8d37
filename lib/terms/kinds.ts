import type { Dimension } from "./dimensions";

/** How the rows of an answer are shaped. */
export type RowShape = "tutorial" | "buckets" | "observations" | "activity";

/** Facts about one kind of poll answers. */
export interface KindFacts {
  readonly shape: RowShape;
  /** Whose names a poll needs; `family`: those of its family. */
  readonly about: "queues" | "agents" | "family";
  /** The measurement in InfluxDB; `undefined` where it follows from the family. */
  readonly measurement: string | undefined;
  /** Whether its points begin with the four figures of the source tutorial. */
  readonly tutorialFields: boolean;
  /** The grouping of that measurement; `undefined` where it is the family's own. */
  readonly groupBy: readonly Dimension[] | undefined;
}

/** The kinds of poll answers that `genesys-to-lineprotocol` understands: `msg.genesys.kind`. */
export const KINDS = {
  "queue-aggregates": {
    shape: "buckets",
    about: "queues",
    measurement: "genesys_queue",
    tutorialFields: true,
    groupBy: ["queueId", "mediaType"],
  },
  "queue-observations": {
    shape: "observations",
    about: "queues",
    measurement: "genesys_queue_live",
    tutorialFields: false,
    groupBy: ["queueId", "mediaType"],
  },
  "queue-details": {
    shape: "tutorial",
    about: "queues",
    measurement: "genesys_queue",
    tutorialFields: true,
    groupBy: ["queueId", "mediaType"],
  },
  "agent-activity": {
    shape: "activity",
    about: "agents",
    measurement: "genesys_agent_live",
    tutorialFields: false,
    groupBy: ["userId"],
  },
  "agent-aggregates": {
    shape: "buckets",
    about: "agents",
    measurement: "genesys_agent",
    tutorialFields: false,
    groupBy: ["userId"],
  },
  "agent-performance": {
    shape: "buckets",
    about: "agents",
    measurement: "genesys_agent_queue",
    tutorialFields: true,
    groupBy: ["userId", "queueId", "mediaType"],
  },
  "analytics-aggregates": {
    shape: "buckets",
    about: "family",
    measurement: undefined,
    tutorialFields: false,
    groupBy: undefined,
  },
} as const satisfies Readonly<Record<string, KindFacts>>;

/** What an answer is about: `msg.genesys.kind`. */
export type PollKind = keyof typeof KINDS;

/** All kinds, in the table's order. */
export const POLL_KINDS = Object.keys(KINDS) as readonly PollKind[];

/** Whether a foreign text names a kind. */
export function isPollKind(value: unknown): value is PollKind {
  return typeof value === "string" && Object.hasOwn(KINDS, value);
}

/** Whether an answer of a kind is about now, not about buckets. */
export function isLive(kind: PollKind): boolean {
  const { shape }: KindFacts = KINDS[kind];
  return shape === "observations" || shape === "activity";
}

/** Why a poll hands on an answer: `msg.genesys.reason`. */
export type PollReason = "poll" | "backfill" | "resync" | "load" | "push";
