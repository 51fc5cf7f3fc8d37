import type { Clock } from "../../time/clock";
import { asGenesysError } from "../errors";
import type { CallOptions } from "../http/client";
import type { Progress } from "../interval/checkpoint";
import type { Interval } from "../interval/granularity";
import type { Load } from "../interval/loads";
import { type Compared, type IntervalAsker, isTooMuch } from "./interval-asker";
import { type Job, OlderJobs, type OlderJobsSettings } from "./older-jobs";
import type { PollAnswer } from "./poller";
import type { PollState } from "./poll-state";
import { named, RefusedRun } from "./refused-run";

/** What `OlderBuckets` works with. */
export interface OlderBucketsSettings extends OlderJobsSettings {
  readonly asker: IntervalAsker;
  readonly clock: Clock;
  /** How many polls were answered so far: what fails while they work will not pass by itself. */
  readonly answeredPolls: () => number;
  /** Why nothing should be asked just now. */
  readonly rest?: (() => string | undefined) | undefined;
  /** Saves the progress to disk. */
  readonly save: () => Promise<void>;
  /** Runs a task while no other answer is being handed on. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  readonly label: (answer: PollAnswer) => PollAnswer;
}

/** Tries of a piece, or polls answered meanwhile, after which what fails of a load or re-sync is given up. */
const MAX_TRIES = 5;
/** Time until the buffer behind surely has a piece on disk: until then a crash would lose it. */
const KEPT_AFTER_MS = 5_000;

/** The progress that a piece may change. */
type Place = Pick<Progress, "resync" | "loads" | "trail" | "arrears">;

/** A piece that was handed on a moment ago. */
interface Uncommitted {
  /** By the monotonic clock. */
  readonly at: number;
  readonly note: () => void;
  /** The progress before it: the checkpoint holds this until then. */
  before: Place;
}

/** Asks for buckets that are older than those of the polls, one piece at a time. */
export class OlderBuckets {
  readonly #settings: OlderBucketsSettings;
  readonly #jobs: OlderJobs;
  /** Most buckets in a piece, halved by each refusal. */
  #pieceBuckets = Infinity;
  #tries = 0;
  /** Polls answered when the running job was first refused. */
  #refusedSince: number | undefined;
  readonly #refused: RefusedRun;
  /** What was handed on a moment ago, oldest first: noted once it surely has arrived. */
  readonly #uncommitted: Uncommitted[] = [];

  /** Why nothing is asked just now. */
  resting: string | undefined;
  /** Points that differed from what was handed on. */
  corrected = 0;

  constructor(settings: OlderBucketsSettings) {
    this.#settings = settings;
    this.#jobs = new OlderJobs(settings);
    this.#refused = new RefusedRun(settings.notices);
  }

  /** Asks for the next piece. @returns `more` when there may be another one */
  async step(
    state: PollState,
    options: CallOptions,
    emit: (answer: PollAnswer) => void,
  ): Promise<"more" | "done" | "later"> {
    const { notices, rest } = this.#settings;
    const job = await this.#jobs.next(state, (interval) => this.#piece(interval));
    if (!job) {
      this.#refused.end();
      this.resting = undefined;
      return "done";
    }
    this.resting = rest?.();
    if (this.resting !== undefined) return "later";
    try {
      await this.#ask(state, job, options, emit);
      this.#refusedSince = undefined;
      notices.set("backfill", undefined, "older buckets are answered again");
      return "more";
    } catch (thrown) {
      const error = asGenesysError(thrown);
      if (error.kind === "aborted" || options.signal?.aborted) return "later";
      if (job.giveUp && !error.transient && this.#isHopeless()) {
        this.#refusedSince = undefined;
        notices.set("backfill", undefined);
        job.giveUp(error.message, (progress, change) => this.changeLoads(progress, change));
        return "more";
      }
      notices.set("backfill", `older buckets: ${error.message}`);
      return "later";
    }
  }

  /** Whether so many polls were answered since the first refusal that the job never will be. */
  #isHopeless(): boolean {
    const answered = this.#settings.answeredPolls();
    this.#refusedSince ??= answered;
    return answered - this.#refusedSince >= MAX_TRIES;
  }

  /** Notes what was handed on a while ago. */
  commit(): void {
    const kept = this.#settings.clock.monotonic() - KEPT_AFTER_MS;
    while (this.#uncommitted[0] && this.#uncommitted[0].at <= kept) this.#uncommitted.shift()!.note();
  }

  /** The progress as it may be kept: without what was handed on a moment ago. */
  saved(progress: Progress): Progress {
    const [first] = this.#uncommitted;
    if (!first) return progress;
    // Keys that have fallen behind since are kept; of one that is in both, the older time holds.
    return { ...progress, ...first.before, arrears: [...progress.arrears, ...first.before.arrears] };
  }

  /** Adds or removes loads. */
  changeLoads(progress: Progress, change: (loads: readonly Load[]) => readonly Load[]): void {
    progress.loads = change(progress.loads);
    for (const piece of this.#uncommitted)
      piece.before = { ...piece.before, loads: change(piece.before.loads) };
  }

  /** Has the checkpoint go back to a place before all that was handed on. */
  goBack(trail: Progress["trail"]): void {
    for (const piece of this.#uncommitted) piece.before = { ...piece.before, trail };
  }

  async #ask(
    state: PollState,
    job: Job,
    options: CallOptions,
    emit: (answer: PollAnswer) => void,
  ): Promise<void> {
    const { asker, source, times, inTurn, save } = this.#settings;
    // First the keys: of many, a piece has fewer buckets.
    const keys = await this.#keysFor(job, options);
    const piece = this.#piece(job.interval);
    let compared: Compared;
    try {
      compared = await asker.ask(piece, keys, { ...options, background: true });
    } catch (thrown) {
      const error = asGenesysError(thrown);
      if (!isTooMuch(error)) throw error;
      return this.#shrink(job, piece, error.message, undefined);
    }
    const [refused] = compared.refused;
    if (refused && times.grid.count(piece) > 1) {
      return this.#shrink(job, piece, refused.error.message, compared);
    }
    if (compared.held.length > 0 && job.reason !== "backfill" && ++this.#tries < MAX_TRIES) {
      throw compared.answered.failures[0]!.error;
    }
    if (this.#uncommitted.length > 0) await inTurn(save);
    await inTurn(() => this.#handOn(state, job, piece, compared, options, emit));
    this.#tries = 0;
    if (compared.held.length > 0 && job.reason !== "backfill") this.#refused.add(piece, named(compared.held));
    else if (refused) this.#refused.add(piece, `${named(refused.keys)}: ${refused.error.message}`);
    else this.#refused.end();
    this.#pieceBuckets = Math.min(source.pieceBuckets, this.#pieceBuckets * 2);
  }

  async #handOn(
    state: PollState,
    job: Job,
    piece: Interval,
    compared: Compared,
    options: CallOptions,
    emit: (answer: PollAnswer) => void,
  ): Promise<void> {
    const { asker, label } = this.#settings;
    const { comparison } = compared;
    const { reason } = job;
    const rows = reason === "resync" ? await comparison.changes() : comparison.rows;
    // Keys that fail are behind the others from here on.
    if (reason === "backfill" && !job.keys) state.keys.leaveBehind(compared.held, piece.start);
    const answer =
      reason === "resync" && rows.length === 0
        ? undefined
        : await asker.answer(piece, compared, rows, reason, options);
    if (reason === "resync") this.corrected += comparison.changed;
    const { resync, loads } = state.progress;
    const before = { resync, loads, trail: state.timeline.trail, arrears: state.keys.state.arrears };
    job.finish(piece, compared);
    if (answer) emit(label(answer));
    // Beyond the days that are asked again there is nothing to compare with.
    const compares = reason !== "load" || piece.start >= this.#jobs.windowStart(state);
    const note = compares ? () => comparison.note() : () => undefined;
    this.#uncommitted.push({ at: this.#settings.clock.monotonic(), note, before });
  }

  async #keysFor({ keys, also = [] }: Job, options: CallOptions): Promise<readonly string[] | undefined> {
    if (keys) return keys;
    const listed = await this.#settings.source.keys(options);
    return listed && [...new Set([...listed.ids, ...also])];
  }

  #piece(interval: Interval): Interval {
    const { source, times } = this.#settings;
    return times.grid.head(interval, Math.max(1, Math.min(source.pieceBuckets, this.#pieceBuckets)));
  }

  /** Asks for fewer buckets next time; what is refused alone is given up. */
  #shrink(job: Job, piece: Interval, why: string, compared: Compared | undefined): void {
    const buckets = this.#settings.times.grid.count(piece);
    if (buckets > 1) {
      this.#pieceBuckets = Math.ceil(buckets / 2);
      return;
    }
    this.#refused.add(piece, why);
    job.finish(piece, compared);
  }
}
