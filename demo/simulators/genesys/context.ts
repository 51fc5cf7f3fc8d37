import type { Lateness } from "./conversation-metrics";
import type { TooLarge } from "./errors";
import type { History } from "./organisation/history";
import type { Organisation, SimAgent, SimQueue } from "./organisation/organisation";

/** Bounds that a test may tighten at any time. */
export interface Limits {
  /** Groups times buckets that an answer may hold; more is refused as `refusal` says. */
  cells?: number | undefined;
  refusal?: TooLarge | undefined;
  /** Metrics in one query. */
  metrics?: number | undefined;
  /** Most rows in one page of agents' activity. */
  activityPage?: number | undefined;
  /** Entries of the list of users that paging reaches. */
  listedUsers: number;
}

/** The sources of a query's answer. */
export interface World {
  readonly organisation: Organisation;
  readonly history: History;
  readonly lateness: Lateness;
  readonly limits: Limits;
  readonly smallestGranularityMs: number;
  /** Metrics of the API's list that get a 400. */
  readonly refusedMetrics: ReadonlySet<string>;
  /** Whether data of days ago is processed once more in the night, which changes it a little. */
  readonly reprocessing: boolean;
  /** Whether the client may list this queue or agent: its routing and directory roles reach the division. */
  listed(entity: SimQueue | SimAgent): boolean;
  /** Whether the client's analytics role reaches the division of this queue or agent. */
  answered(entity: SimQueue | SimAgent): boolean;
}

/** One request of a query. */
export interface Call {
  readonly world: World;
  /** The time of the request, milliseconds since the epoch; `Infinity` asks for the final values. */
  readonly now: number;
  /** The body text; empty for GET. */
  readonly body: string;
  readonly query: URLSearchParams;
  readonly path: string;
}

/** An operation of the API. */
export interface Operation {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  /** Any one of these permissions is enough. */
  readonly permissions: readonly string[];
  /** Returns the JSON of the answer. */
  readonly answer: (call: Call) => unknown;
}
