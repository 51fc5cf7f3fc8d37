/** Lines that belong together and get one outcome. */
export interface WriteItem {
  readonly lines: readonly string[];
  readonly bucket: string;
  /** Its sender bounds the number of items, as a buffer does; here only the memory for lines is bounded. */
  readonly bounded?: boolean;
  /** How long it may wait for further lines, where less than the flush interval. */
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

/** A request that stored lines. */
export interface StoredBatch {
  readonly lines: number;
  readonly bytes: number;
  readonly latencyMs: number;
}

/** The outcome of one item. */
export type ItemOutcome =
  | {
      readonly status: "written";
      readonly rejected: readonly LineRejection[];
      /** The last request that stored lines of it. */
      readonly batch?: StoredBatch;
    }
  | { readonly status: "failed"; readonly error: WriteFailure };

/** Why an item is not written; the server has rejected none of its lines. */
export interface WriteFailure {
  readonly message: string;
  readonly code: string;
  readonly statusCode?: number;
  /** How long to wait before the next attempt, where known. */
  readonly retryAfterMs?: number;
  /** The server refused every line of the batch, and has stored no other since. */
  refused?: true;
}
