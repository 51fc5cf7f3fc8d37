import { counted } from "../../terms/counted";
import type { PollKind, PollReason } from "../../terms/kinds";
import type { CallOptions, Client } from "../http/client";
import type { Interval } from "../interval/granularity";
import type { BucketGrid } from "../interval/grid";
import type { Notices } from "../notices";
import type { Answered } from "../queries/part";
import type { LiveSource } from "./source";

/** One answer, which becomes one message. */
export interface PollAnswer extends Answered {
  readonly kind: PollKind;
  readonly reason: PollReason;
  /** When the question left, by the API's clock; milliseconds since the epoch. */
  readonly askedAt: number;
  /** When the answer arrived, by the API's clock. */
  readonly polledAt: number;
  /** Whether nothing of it is missing. */
  readonly complete: boolean;
  /** The half-open time range that was asked; absent for live state. */
  readonly interval?: Interval | undefined;
  /** The further question; absent for live state. */
  readonly question?: IntervalQuestion | undefined;
}

/** The question of an answer about buckets. */
export interface IntervalQuestion {
  readonly family: string | undefined;
  readonly grid: BucketGrid;
  readonly groupBy: readonly string[];
  readonly metrics: readonly string[];
  readonly filter: readonly string[];
  /** The same for pollers that ask the same. */
  readonly query: string;
  /** All buckets that end by then were handed on for good, with this answer. */
  readonly settledUntil: number | undefined;
}

/** Progress of older buckets, for status and health. */
export interface PollProgress {
  /** Part of the asked history that is loaded, 0 to 1; `undefined` when none is being loaded. */
  readonly history?: number | undefined;
  /** Part of the last days that is asked again, 0 to 1; `undefined` when no re-sync is under way. */
  readonly resync?: number | undefined;
  /** Why older buckets are not asked just now. */
  readonly resting?: string | undefined;
  /** Points that a re-sync has corrected, since the start. */
  readonly corrected: number;
}

/** A poll of any question. */
export interface Poller {
  readonly progress: PollProgress;
  /**
   * Asks what is due now.
   *
   * @param emit gets the answer
   * @throws GenesysError when the question has no answer at all
   */
  poll(options: CallOptions, emit: (answer: PollAnswer) => void): Promise<void>;
  /**
   * Asks for older buckets: missing ones, the re-sync, history. One call at a time.
   *
   * @param emit gets each answer, oldest first
   * @returns `later` when buckets are left that cannot be asked now
   */
  work(options: CallOptions, emit: (answer: PollAnswer) => void): Promise<"done" | "later">;
  /**
   * Notes a range that is to be loaded, durably; or ends all loads.
   *
   * @param request `msg.load`
   * @throws GenesysError when it is refused
   */
  load(request: unknown): Promise<void>;
  /** Takes over the place of another poller of the same question. */
  share(settledUntil: unknown, settledQuery: unknown): Promise<void>;
  /** Keeps the progress for the next start. */
  close(): Promise<void>;
}

/** Notices a clock that differs from the API's, once. */
export function tellOfClock({ skew }: Client, notices: Notices): void {
  notices.set("clock", skew.warning, "the clocks agree again");
}

/** Notices an answer's failures and oddities, once each. */
export function tellOf({ failures, malformed }: Answered, notices: Notices): void {
  const parts = counted(failures.length, "part");
  notices.set(
    "incomplete",
    failures.length > 0
      ? `the answer is incomplete, ${parts} failed: ${failures[0]!.error.message}`
      : undefined,
    "the answers are complete again",
  );
  notices.set(
    "malformed",
    malformed > 0 ? "the answer holds rows that are not of the promised shape; they are left out" : undefined,
  );
}

/** What a `LivePoller` works with. */
export interface LivePollerSettings {
  readonly client: Client;
  readonly source: LiveSource;
  readonly notices: Notices;
}
