import type { PollKind } from "../../terms/kinds";
import { asGenesysError } from "../errors";
import type { CallOptions, Client } from "../http/client";
import type { Checkpoint } from "../interval/checkpoint";
import { type Granularity, type Interval, intervalText } from "../interval/granularity";
import { Timeline, type TimelineSettings } from "../interval/timeline";
import type { Notices } from "../notices";
import type { Answered } from "../queries/part";
import type { PollSource } from "./source";

/** One answered question: becomes one message. */
export interface PollAnswer extends Answered {
  readonly kind: PollKind;
  readonly interval: Interval | undefined;
  readonly granularity: Granularity | undefined;
  /** When the answer arrived, milliseconds since the epoch. */
  readonly polledAt: number;
  readonly complete: boolean;
  /** Whether it is an older interval that was missing. */
  readonly backfill: boolean;
}

export interface PollerSettings {
  readonly client: Client;
  readonly source: PollSource;
  readonly notices: Notices;
  /** Absent for live state, which has no past to fetch. */
  readonly timeline?: TimelineSettings | undefined;
  /** Absent where there is no place for files; then every start is a first one. */
  readonly checkpoint?: Checkpoint | undefined;
}

/** Backfill requests in one poll; the next polls go on. */
const MAX_PIECES = 8;

/** Polls one source: asks what is due, hands on the answers, and keeps track of which buckets are settled. */
export class Poller {
  readonly #settings: PollerSettings;
  #timeline: Timeline | undefined;

  constructor(settings: PollerSettings) {
    this.#settings = settings;
  }

  /**
   * Asks for the live interval (or state) and for some of what is missing, oldest first.
   *
   * @param emit gets each answer as soon as it is there, the live one first
   * @throws GenesysError when the live question has no answer at all
   */
  async poll(options: CallOptions, emit: (answer: PollAnswer) => void): Promise<void> {
    const { timeline: settings, client, notices, source } = this.#settings;
    if (!settings) {
      emit(await this.#ask(undefined, options, false));
      return;
    }
    const timeline = (this.#timeline ??= await this.#start(settings));
    // What the last poll settled has been handed on since: only now is it safe to forget it after a crash.
    await this.#save();
    const plan = timeline.plan(client.clock.now(), source.pieceBuckets ?? 1);
    if (plan.gap) {
      notices.once(
        `gap: ${intervalText(plan.gap)} was not fetched and is older than the longest backfill; it stays empty`,
      );
    }
    const askedAt = client.clock.now();
    const live = await this.#ask(plan.live, options, false);
    emit(live);
    if (live.complete) {
      timeline.settle(plan.live, askedAt);
      await this.#backfill(timeline, plan.backfill, options, emit);
    }
    notices.set("clock", client.skew.warning, "the clocks agree again");
  }

  /** Keeps the progress for the next start. */
  async close(): Promise<void> {
    await this.#save();
  }

  async #backfill(
    timeline: Timeline,
    pieces: readonly Interval[],
    options: CallOptions,
    emit: (answer: PollAnswer) => void,
  ): Promise<void> {
    const { client, notices } = this.#settings;
    for (const piece of pieces.slice(0, MAX_PIECES)) {
      const askedAt = client.clock.now();
      if (options.signal?.aborted || askedAt >= (options.deadline ?? Infinity)) return;
      try {
        const answer = await this.#ask(piece, options, true);
        emit(answer);
        if (!answer.complete) return;
      } catch (thrown) {
        const error = asGenesysError(thrown);
        // A refusal will not get better: leave the piece out rather than hold up all that is newer.
        if (error.kind !== "badRequest") return notices.set("backfill", `backfill: ${error.message}`);
        notices.once(`gap: ${intervalText(piece)} is refused and stays empty: ${error.message}`);
      }
      timeline.settle(piece, askedAt);
      notices.set("backfill", undefined, "backfill goes on");
    }
  }

  async #ask(interval: Interval | undefined, options: CallOptions, backfill: boolean): Promise<PollAnswer> {
    const { client, source, notices, timeline } = this.#settings;
    const answered = await source.ask(interval, options);
    const { failures, malformed } = answered;
    const parts = `${failures.length} part${failures.length === 1 ? "" : "s"}`;
    notices.set(
      "incomplete",
      failures.length > 0 ? `the answer is incomplete, ${parts} failed: ${failures[0]!.message}` : undefined,
      "the answers are complete again",
    );
    notices.set(
      "malformed",
      malformed > 0
        ? "the answer holds rows that are not of the promised shape; they are left out"
        : undefined,
    );
    return {
      ...answered,
      kind: source.kind,
      interval,
      granularity: timeline?.granularity,
      polledAt: client.clock.now(),
      complete: failures.length === 0 && malformed === 0,
      backfill,
    };
  }

  async #start(settings: TimelineSettings): Promise<Timeline> {
    try {
      const progress = await this.#settings.checkpoint?.load();
      return new Timeline(settings, progress?.settledUntil);
    } catch (error) {
      this.#settings.notices.once(`the checkpoint cannot be read, polling starts anew: ${String(error)}`);
      return new Timeline(settings);
    }
  }

  async #save(): Promise<void> {
    const settledUntil = this.#timeline?.settledUntil;
    if (settledUntil === undefined) return;
    const { checkpoint, notices } = this.#settings;
    try {
      await checkpoint?.save({ settledUntil });
      notices.set("checkpoint", undefined, "the checkpoint can be written again");
    } catch (error) {
      notices.set("checkpoint", `the checkpoint cannot be written: ${String(error)}`);
    }
  }
}
