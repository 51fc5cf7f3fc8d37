import type { BatchOutcome } from "./batch";

/** Lines that belong together and get one outcome. */
export interface WriteItem {
  readonly lines: readonly string[];
  readonly bucket: string;
  /** Called once; must not throw. */
  settle(outcome: ItemOutcome): void;
}

/** Why one line was not stored. */
export interface Rejection {
  readonly line: string;
  readonly message: string;
  readonly code: string;
  readonly statusCode?: number;
}

/** What became of one item. */
export type ItemOutcome =
  | {
      readonly status: "written";
      readonly rejected: readonly Rejection[];
      readonly batch?: BatchOutcome["batch"];
    }
  | { readonly status: "failed"; readonly error: WriteFailure };

/** Why an item is not written; none of its lines is lost by the server's doing. */
export interface WriteFailure {
  readonly message: string;
  readonly code: string;
  readonly statusCode?: number;
  /** How long to wait before the next attempt, where the server or the kind of failure says so. */
  readonly retryAfterMs?: number;
}
