import type { PollKind } from "../../terms/kinds";
import type { CallOptions } from "../http/client";
import type { Interval } from "../interval/granularity";
import type { Answered } from "../queries/part";

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
