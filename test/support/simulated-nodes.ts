import { granularityOf } from "../../lib/genesys/interval/granularity";
import { BucketGrid } from "../../lib/genesys/interval/grid";
import type { BucketSettings } from "../../lib/genesys/poll/buckets";
import type { Poller } from "../../lib/genesys/poll/poller";
import type { GenesysInfo } from "../../lib/terms/messages";
import type { Fields } from "./simulated-points";

const QUEUE_METRICS = [
  "nOffered",
  "tAnswered",
  "tAbandon",
  "tWait",
  "tHandle",
  "oServiceLevel",
  "oServiceTarget",
];
const AGENT_METRICS = ["tAgentRoutingStatus", "tOrganizationPresence", "tSystemPresence"];

/** One poll node of the week. */
export interface Subject {
  readonly name: string;
  readonly query: "conversations/aggregates" | "users/aggregates";
  readonly kind: GenesysInfo["kind"];
  readonly key: "queueId" | "userId";
  readonly groupBy: readonly string[];
  readonly times: BucketSettings;
}

const half: BucketSettings = {
  granularity: "PT30M",
  timeZone: "Europe/Berlin",
  lookback: 2,
  maxBackfill: 24,
  resyncDays: 4,
};
const day: BucketSettings = { ...half, granularity: "P1D", lookback: 1, maxBackfill: 72 };
const queues = { query: "conversations/aggregates", kind: "queue-aggregates", key: "queueId" } as const;
const agents = {
  query: "users/aggregates",
  kind: "agent-aggregates",
  key: "userId",
  groupBy: ["userId"],
} as const;

export const SUBJECTS: readonly Subject[] = [
  { ...queues, name: "queues", groupBy: ["queueId", "mediaType"], times: half },
  { ...queues, name: "queues by agent", groupBy: ["queueId", "mediaType", "userId"], times: half },
  { ...queues, name: "queues by day", groupBy: ["queueId", "mediaType"], times: day },
  { ...agents, name: "agents", times: half },
  { ...agents, name: "agents by day", times: day },
];

/** One request that was answered: what it asked, and when. */
interface Asked {
  readonly at: number;
  readonly metrics: readonly string[];
}

/** A poll node with its points, and the service's answers to it. */
export class Polled {
  readonly points = new Map<string, Fields>();
  readonly said: string[] = [];
  /** When each key of each bucket was last asked while it was visible. */
  readonly asked = new Map<string, Asked>();
  /** The buckets of answers that were handed on whole: all but those of a re-sync, which hold what differs. */
  readonly handedOn = new Set<number>();
  readonly grid: BucketGrid;
  poller: Poller | undefined;
  metrics: readonly string[];
  corrected = 0;
  /** Names of the presences that answers held. */
  presences: Readonly<Record<string, string>> = {};

  constructor(
    readonly subject: Subject,
    readonly directory: string,
  ) {
    this.grid = new BucketGrid(granularityOf(subject.times.granularity), subject.times.timeZone);
    this.metrics = subject.key === "queueId" ? QUEUE_METRICS : AGENT_METRICS;
  }

  /** The gaps that were named: `gap: from/to was not fetched …`. */
  get gaps(): { readonly start: number; readonly end: number }[] {
    return this.said.flatMap((text) => {
      const [, start, end] = /^gap: (\S+)\/(\S+) was not fetched/.exec(text) ?? [];
      return start && end ? [{ start: Date.parse(start), end: Date.parse(end) }] : [];
    });
  }

  /** Whether a bucket belongs to a gap that was named, and nothing of it was handed on before. */
  isLost(bucket: number): boolean {
    return !this.handedOn.has(bucket) && this.gaps.some(({ start, end }) => bucket >= start && bucket < end);
  }
}
