import type { PollKind } from "../../terms/messages";
import type { GenesysError } from "../errors";
import type { CallOptions } from "../http/client";
import type { Interval } from "../interval/granularity";
import type { JsonObject } from "../json";
import type { PresenceMappings } from "../queries/part";

/** All that one question brought, from as many requests as it needed. */
export interface Answered {
  readonly rows: readonly JsonObject[];
  /** Parts that failed: the answer is incomplete. */
  readonly failures: readonly GenesysError[];
  /** Rows left out because they are not of the promised shape. */
  readonly malformed: number;
  readonly mappings?: PresenceMappings | undefined;
}

/** A kind of question that a poll node asks again and again. */
export interface PollSource {
  readonly kind: PollKind;
  /** Buckets that one request for older ones should ask for, so that its answer stays bounded. */
  readonly pieceBuckets?: number;
  /**
   * @param interval absent for live state
   * @throws GenesysError when nothing at all could be had
   */
  ask(interval: Interval | undefined, options: CallOptions): Promise<Answered>;
}
