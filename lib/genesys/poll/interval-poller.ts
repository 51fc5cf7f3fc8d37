import { counted } from "../../terms/counted";
import { KINDS } from "../../terms/kinds";
import { asGenesysError } from "../errors";
import { HandedOn } from "../handed-on/store";
import type { CallOptions, Client } from "../http/client";
import { Checkpoint, type Progress } from "../interval/checkpoint";
import { type Interval, intervalText } from "../interval/granularity";
import { MAX_LOADS, MAX_UNCONFIRMED_DAYS, progressOf, readLoad, refusal, STOP } from "../interval/loads";
import { dayStart, resyncIsDue, resyncProgress } from "../interval/resync";
import type { Plan } from "../interval/timeline";
import type { Notices } from "../notices";
import { type Compared, IntervalAsker } from "./interval-asker";
import { OlderBuckets } from "./older-buckets";
import { type PollAnswer, type Poller, type PollProgress, tellOfClock } from "./poller";
import { type IntervalTimes, type PollState, startState } from "./poll-state";
import { queryHash, seriesHash } from "./query-hash";
import type { IntervalSource } from "./source";

/** What an `IntervalPoller` works with. */
export interface IntervalPollerSettings {
  readonly client: Client;
  readonly source: IntervalSource;
  readonly notices: Notices;
  readonly times: IntervalTimes;
  /** Folder of its own for what it must know after a restart; absent where there is no place for files. */
  readonly directory?: string | undefined;
  /** Why older buckets should wait: the receiver of the answers is busy. */
  readonly rest?: (() => string | undefined) | undefined;
  /** 0 to 1: where in its window the daily re-sync begins. */
  readonly spread?: number | undefined;
}

const DAY = 24 * 3_600_000;

/**
 * Polls a question about buckets of time: the newest with every poll, so that late values correct what was handed on,
 * and older ones beside the polls. Remembers over restarts what is settled.
 */
export class IntervalPoller implements Poller {
  readonly #settings: IntervalPollerSettings;
  readonly #checkpoint: Checkpoint;
  readonly #store: HandedOn;
  readonly #asker: IntervalAsker;
  readonly #query: string;
  readonly #older: OlderBuckets;
  #starting: Promise<PollState> | undefined;
  #state: PollState | undefined;
  /** The poll that is running: older buckets wait for it. */
  #polling: Promise<void> | undefined;
  /** One answer at a time is compared, handed on and noted. */
  #turn: Promise<unknown> = Promise.resolve();
  #answeredPolls = 0;

  constructor(settings: IntervalPollerSettings) {
    const { client, source, notices, times, directory } = settings;
    this.#settings = settings;
    this.#query = queryHash(source, times.grid);
    this.#checkpoint = new Checkpoint(directory && `${directory}/checkpoint.json`);
    const folder = directory && hasBuckets(source) ? `${directory}/handed-on` : undefined;
    this.#store = new HandedOn(folder, seriesHash(source, times.grid));
    this.#asker = new IntervalAsker({ client, source, notices, grid: times.grid, store: this.#store });
    this.#older = new OlderBuckets({
      ...settings,
      clock: client.clock,
      answeredPolls: () => this.#answeredPolls,
      asker: this.#asker,
      store: this.#store,
      now: () => this.#now(),
      save: () => this.#save(),
      inTurn: (task) => this.#inTurn(task),
      label: (answer) => this.#labelled(answer),
    });
  }

  get progress(): PollProgress {
    const loads = this.#state?.progress.loads ?? [];
    return {
      history: loads.length > 0 ? progressOf(loads) : undefined,
      resync: resyncProgress(this.#state?.progress.resync),
      resting: this.#older.resting,
      corrected: this.#older.corrected,
    };
  }

  async poll(options: CallOptions, emit: (answer: PollAnswer) => void): Promise<void> {
    const polling = this.#poll(options, emit);
    this.#polling = polling.catch(() => undefined);
    await polling;
  }

  async work(options: CallOptions, emit: (answer: PollAnswer) => void): Promise<"done" | "later"> {
    const state = await this.#start();
    for (;;) {
      await this.#polling;
      if (options.signal?.aborted) return "later";
      const step = await this.#older.step(state, options, emit);
      if (step !== "more") return step;
    }
  }

  async load(request: unknown): Promise<void> {
    const state = await this.#start();
    const { progress } = state;
    const { notices, times, source } = this.#settings;
    if (request === STOP) {
      const count = progress.loads.length;
      this.#older.changeLoads(progress, () => []);
      await this.#checkpoint.save(this.#current(state));
      notices.tell(`${counted(count, "load")} of history stopped`);
      return;
    }
    if (!hasBuckets(source)) {
      throw refusal("msg.load is for aggregates: this query has no history that could be loaded");
    }
    const { grid } = times;
    const now = this.#now();
    const asked = readLoad(request, grid.zone, grid.shift(now, 1));
    if (progress.loads.length >= MAX_LOADS) {
      throw refusal(`${MAX_LOADS} loads are waiting already: wait, or send msg.load = "${STOP}"`);
    }
    await this.#addLoad(state, asked, now);
    notices.tell(`history ${intervalText(asked)} will be loaded`);
  }

  async share(settledUntil: unknown, settledQuery: unknown): Promise<void> {
    if (settledQuery !== this.#query) return;
    const time = typeof settledUntil === "string" ? Date.parse(settledUntil) : NaN;
    if (Number.isNaN(time)) {
      this.#settings.notices.set("shared", "msg.settledUntil is not a time in ISO 8601; it is ignored");
      return;
    }
    this.#settings.notices.set("shared", undefined);
    const { timeline, progress } = await this.#start();
    const { historySince } = progress;
    const from = timeline.adopt(time, this.#now(), historySince);
    if (from === undefined || historySince === undefined || from >= historySince) return;
    progress.historySince = from;
    this.#older.goBack(timeline.trail);
  }

  async close(): Promise<void> {
    if (this.#state) await this.#inTurn(() => this.#save());
  }

  async #poll(options: CallOptions, emit: (answer: PollAnswer) => void): Promise<void> {
    const { client, source, notices } = this.#settings;
    const state = await this.#start();
    // What the last poll settled has been handed on since: only now is it safe to forget it after a crash.
    await this.#save();
    const { timeline } = state;
    const listed = await source.keys(options);
    const keys = state.keys.take(listed, this.#now(), timeline.settledUntil);
    let plan = timeline.plan(this.#now());
    let compared = await this.#asker.ask(plan.live, keys, options);
    // Our clock may have jumped: the answer shows what time it was.
    if (this.#settings.times.grid.startOf(compared.askedAt) !== this.#settings.times.grid.startOf(plan.now)) {
      plan = timeline.plan(compared.askedAt);
      compared = await this.#asker.ask(plan.live, keys, options);
    }
    await this.#inTurn(async () => {
      await this.#handOn(state, plan, compared, options, emit);
    });
    this.#answeredPolls++;
    tellOfClock(client, notices);
    await this.#begin(state, plan);
  }

  async #handOn(
    state: PollState,
    plan: Plan,
    compared: Compared,
    options: CallOptions,
    emit: (answer: PollAnswer) => void,
  ): Promise<void> {
    const { timeline, keys, progress } = state;
    const { grid } = this.#settings.times;
    if (plan.gap && timeline.settledUntil !== undefined) this.#tellOfGap(plan.gap);
    progress.firstPoll ??= plan.now;
    progress.historySince ??= Math.min(timeline.settledUntil ?? plan.live.start, plan.live.start);
    timeline.accept(plan);
    const { comparison, held } = compared;
    const answer = await this.#asker.answer(plan.live, compared, comparison.rows, "poll", options);
    const behind = timeline.settledUntil ?? plan.live.start;
    const late = grid.count({ start: behind, end: timeline.usual(plan.now).start });
    // A part that fails for a moment is asked again with all others; one that goes on failing is left behind.
    if (held.length > 0 && late >= LEFT_BEHIND_AFTER) keys.leaveBehind(held, behind);
    const settles = !comparison.empty && (held.length === 0 || late >= LEFT_BEHIND_AFTER);
    if (settles) timeline.settle(plan.live, compared.askedAt);
    emit(this.#labelled(answer));
    comparison.note();
    await this.#flush();
  }

  /** Begins what is due once: the daily re-sync, and the history before the first poll. */
  async #begin(state: PollState, { now, live }: Plan): Promise<void> {
    const { progress, timeline } = state;
    const { times, spread = 0, notices } = this.#settings;
    const { grid, resyncDays, historyFrom } = times;
    if (resyncDays > 0 && resyncIsDue(now, grid.zone, progress.resync, spread)) {
      const end = Math.min(timeline.settledUntil ?? live.start, live.start);
      const start = grid.startOf(dayStart(now - resyncDays * DAY, grid.zone));
      const rest = start < end ? { start, end } : undefined;
      progress.resync = { begun: now, from: start, rest, corrected: 0 };
    }
    if (!historyFrom || progress.firstPoll === undefined || progress.historySince === undefined) return;
    const from = grid.startOf(historyFrom(progress.firstPoll));
    const days = (progress.historySince - from) / DAY;
    notices.set("history", historyFault(from > now, days));
    if (days <= 0 || days > MAX_UNCONFIRMED_DAYS) return;
    const range = { start: from, end: progress.historySince };
    progress.historySince = from;
    await this.#addLoad(state, range, now);
  }

  async #addLoad(state: PollState, { start, end }: Interval, now: number): Promise<void> {
    const { grid } = this.#settings.times;
    const from = grid.startOf(start);
    // What is newer comes with every poll.
    const until = Math.min(grid.startFrom(end), state.timeline.usual(now).start);
    const { progress } = state;
    if (from < until) {
      const added = { start: from, end: until, next: from, firstRows: undefined };
      this.#older.changeLoads(progress, (loads) => [...loads, added]);
    }
    await this.#checkpoint.save(this.#current(state));
  }

  /** The time by the API's clock, as far as it is known. */
  #now(): number {
    return this.#settings.client.skew.now();
  }

  #tellOfGap(gap: Interval): void {
    this.#settings.notices.once(
      `gap: ${intervalText(gap)} was not fetched and is older than the longest backfill; it stays empty`,
    );
  }

  #labelled(answer: PollAnswer): PollAnswer {
    const settledUntil = this.#state?.timeline.settledUntil;
    return answer.question ? { ...answer, question: { ...answer.question, settledUntil } } : answer;
  }

  #start(): Promise<PollState> {
    const { times, notices } = this.#settings;
    this.#starting ??= startState(this.#checkpoint, this.#query, times, notices).then(
      (state) => (this.#state = state),
    );
    return this.#starting;
  }

  #current({ progress, timeline, keys }: PollState): Progress {
    return this.#older.saved({ ...progress, ...keys.state, trail: timeline.trail });
  }

  async #save(): Promise<void> {
    const { notices } = this.#settings;
    const state = this.#state;
    if (!state) return;
    try {
      this.#older.commit();
      await this.#flush();
      await this.#checkpoint.save(this.#current(state));
      notices.set("checkpoint", undefined, "the checkpoint can be written again");
    } catch (thrown) {
      notices.set("checkpoint", `the checkpoint cannot be written: ${asGenesysError(thrown).message}`);
    }
  }

  async #flush(): Promise<void> {
    const { notices } = this.#settings;
    try {
      await this.#store.flush();
      notices.set("handed-on", undefined, "what was handed on can be noted again");
    } catch (error) {
      notices.set("handed-on", `what was handed on cannot be noted: ${String(error)}`);
    }
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Whether rows have buckets that can be compared and loaded; those of the tutorial's query have not. */
function hasBuckets({ kind }: IntervalSource): boolean {
  return KINDS[kind].shape === "buckets";
}

/** Why `historyFrom` loads nothing, in words; `undefined` where nothing is wrong. */
function historyFault(isFuture: boolean, days: number): string | undefined {
  if (isFuture) return "historyFrom lies in the future: nothing is loaded";
  if (days <= MAX_UNCONFIRMED_DAYS) return undefined;
  return `historyFrom reaches ${Math.round(days)} days back; more than ${MAX_UNCONFIRMED_DAYS} are loaded by msg.load with confirm: true`;
}

/** Buckets that wait for a failing part before it is left behind alone. */
const LEFT_BEHIND_AFTER = 2;
