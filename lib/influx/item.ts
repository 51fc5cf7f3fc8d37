import type { BatchOutcome } from "./batch";

/** Lines that belong together and get one outcome. */
export interface WriteItem {
  readonly lines: readonly string[];
  readonly bucket: string;
  /** Whoever sent it bounds how much it sends, as a buffer does: then only the memory for lines is bounded here. */
  readonly bounded?: boolean;
  /** The longest that it may wait for company, where that is less than the flush interval. */
  readonly maxWaitMs?: number | undefined;
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

/** A refused line of an item. */
export interface LineRejection extends Rejection {
  /** Which of the item's lines, counted from 0. */
  readonly at: number;
}

/** What became of one item. */
export type ItemOutcome =
  | {
      readonly status: "written";
      readonly rejected: readonly LineRejection[];
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
  /** The server refused every line of the batch, and was not seen to take others since. */
  refused?: true;
}
