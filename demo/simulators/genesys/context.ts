import type { Lateness } from "./conversation-metrics";
import type { History } from "./organisation/history";
import type { Organisation, SimAgent, SimQueue } from "./organisation/organisation";

/** What a query answers from. */
export interface World {
  readonly organisation: Organisation;
  readonly history: History;
  readonly lateness: Lateness;
  readonly smallestGranularityMs: number;
  /** Metrics that are in the API's list and yet get a 400. */
  readonly refusedMetrics: ReadonlySet<string>;
  /** Whether data of two days ago has been reprocessed in the night, which changes it a little. */
  readonly reprocessing: boolean;
  /** Whether the client's role reaches the division of this queue or agent. */
  visible(entity: SimQueue | SimAgent): boolean;
}

/** One request as a query sees it. */
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
