import type { Node, NodeAPI } from "node-red";
import type { Clock, Timer } from "../../time/clock";
import {
  asGenesysError,
  type FailureKind,
  type GenesysError,
  genesysInfo,
  type Notices,
  type PollAnswer,
  type Poller,
} from "../../genesys/index";
import type { Reporter } from "../../health/registry";
import type { NodeState } from "../../health/report";
import type { GenesysInfo } from "../../terms/messages";
import type { ReadyGenesysConfig } from "../genesys-config";
import type { Done, Message, Send } from "../input";
import type { NodeStatus } from "../status";
import { UsualTick } from "./usual-tick";

/** The parts of a node that polls: its Node-RED node, connection, poller and reports. */
export interface PollNodeParts {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly config: ReadyGenesysConfig;
  readonly poller: Poller;
  readonly notices: Notices;
  readonly reporter: Reporter;
  readonly status: NodeStatus;
  readonly clock: Clock;
}

/** Assumed time to the next trigger until two have been seen, and the bounds of what is believed. */
const TICK_MS = { first: 30_000, min: 5_000, max: 300_000 };
/** The part of that time in which retries may start, so that a poll is over when the next trigger comes. */
const TICK_SHARE = 0.9;

/** After this, what could not be asked is tried again, if no poll comes first. */
const WORK_AGAIN_MS = 15_000;

type StatusKey =
  | "ready"
  | "polling"
  | "rows"
  | "incomplete"
  | "notAnswered"
  | "limited"
  | "history"
  | "resync"
  | "resting"
  | "load"
  | FailureKind;

/** What is said of a pause: once at its start, however often it is made longer, and at its end. */
const LIMIT = {
  topic: "limit",
  problem:
    "the rate limit of the OAuth client is used up: polls go on by themselves; if it comes often, poll less often or give these polls a client of their own",
  over: "the rate limit allows polls again",
};

/** What is shown while older buckets are asked. */
const OLDER: ReadonlySet<StatusKey> = new Set(["history", "resync", "resting"]);

/** What both poll nodes do with a trigger: one poll at a time, one message per answer, status and health. */
export class PollNode {
  readonly #parts: PollNodeParts;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  /** Older buckets, asked beside the polls. */
  #working: Promise<void> | undefined;
  #workAgain: Timer | undefined;
  /** The last trigger as it came: messages with older buckets are copies of it. */
  #template: Message | undefined;
  readonly #usualTick = new UsualTick();
  #lastTrigger: number | undefined;
  #failing = false;
  /** Why the last poll failed. */
  #reason: string | undefined;
  /** Corrected points that are counted already. */
  #corrected = 0;
  /** Rows of the last poll that was answered. */
  #rows: number | undefined;
  #shown: StatusKey = "ready";

  constructor(parts: PollNodeParts) {
    this.#parts = parts;
  }

  /** Polls; or skips and counts the trigger while a poll is running or a rate limit holds. */
  async trigger(msg: Message, send: Send, done: Done): Promise<void> {
    const { clock, config, reporter, poller } = this.#parts;
    const { load, settledUntil, settledQuery } = msg;
    // They are about this poll, and none of the business of whatever comes behind it.
    for (const name of ["load", "settledUntil", "settledQuery"]) delete msg[name];
    if (load !== undefined && load !== null) {
      try {
        await poller.load(load);
        this.#work();
        return done();
      } catch (thrown) {
        const error = asGenesysError(thrown);
        reporter.error("input");
        this.#figures(error.message);
        this.#show("degraded", "load");
        return done(error);
      }
    }
    await poller.share(settledUntil, settledQuery);
    const now = clock.monotonic();
    const tick = this.#lastTrigger === undefined ? TICK_MS.first : now - this.#lastTrigger;
    if (this.#lastTrigger !== undefined) reporter.set({ tickMs: Math.round(this.#usualTick.note(tick)) });
    this.#lastTrigger = now;
    if (this.#running || config.client.budget.pausedUntil !== undefined) {
      reporter.add("pollsSkipped");
      if (!this.#running) this.#showLimit();
      return done();
    }
    const deadline = now + TICK_SHARE * Math.min(Math.max(tick, TICK_MS.min), TICK_MS.max);
    this.#running = this.#poll(msg, send, done, deadline).finally(() => (this.#running = undefined));
    await this.#running;
  }

  /** Cancels a running poll and keeps its progress. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("the node is being closed"));
    this.#workAgain?.cancel();
    await this.#running;
    await this.#working;
    await this.#parts.poller.close();
  }

  async #poll(msg: Message, send: Send, done: Done, deadline: number): Promise<void> {
    const { RED, config, poller, reporter, clock } = this.#parts;
    // Taken now, as the message is on its way and changed by the time they are needed.
    this.#template = RED.util.cloneMessage<Message>({ ...msg, payload: undefined });
    let rows = 0;
    let complete = true;
    // A failure stays on show until a poll has succeeded: health must not call every new attempt a recovery.
    if (!this.#failing) this.#show("busy", "polling");
    const stopListening = config.client.budget.onPause(() => this.#showLimit());
    try {
      await poller.poll({ signal: this.#closing.signal, deadline }, (answer) => {
        rows += answer.rows.length;
        complete &&= answer.complete;
        msg.payload = answer.rows;
        msg["genesys"] = this.#info(answer);
        send(msg);
      });
      reporter.add("polls");
      reporter.set({ lastPollTime: clock.now() });
      this.#reason = undefined;
      if (config.client.budget.pausedUntil === undefined)
        this.#parts.notices.set(LIMIT.topic, undefined, LIMIT.over);
      this.#figures();
      this.#failing = !complete;
      this.#rows = rows;
      if (!complete) this.#show("degraded", "incomplete", { rows });
      else if (this.#parts.notices.unanswered) this.#show("degraded", "notAnswered", {});
      else if (!this.#showOlder()) this.#showRows();
      done();
      this.#work();
    } catch (thrown) {
      if (this.#closing.signal.aborted) return done();
      const error = asGenesysError(thrown);
      this.#failing = true;
      this.#reason = error.message;
      reporter.error(error.kind);
      this.#figures(error.message);
      if (config.client.budget.pausedUntil !== undefined) this.#showLimit();
      else this.#showFailure(error);
      done(error);
    } finally {
      stopListening();
    }
  }

  /** Asks for older buckets, unless that is under way; what cannot be asked just now is tried again after a while. */
  #work(): void {
    const { clock, poller, node } = this.#parts;
    this.#workAgain?.cancel();
    if (this.#closing.signal.aborted || this.#working) return;
    this.#working = poller
      .work({ signal: this.#closing.signal }, (answer) => this.#sendOlder(answer))
      .catch((error: unknown) => {
        node.error(asGenesysError(error));
        return "later" as const;
      })
      .then((outcome) => {
        this.#working = undefined;
        this.#figures();
        // What is over must not stand there until the next trigger, which may be an hour away.
        if (!this.#showOlder() && OLDER.has(this.#shown)) this.#showRows();
        if (outcome === "later" && !this.#closing.signal.aborted) {
          this.#workAgain = clock.after(WORK_AGAIN_MS, () => this.#work());
        }
      });
  }

  #sendOlder(answer: PollAnswer): void {
    const { RED, node } = this.#parts;
    // What somebody asked to be loaded has nothing to do with the trigger.
    const template = answer.reason === "load" ? undefined : this.#template;
    const message: Message = template ? RED.util.cloneMessage(template) : { _msgid: RED.util.generateId() };
    message.payload = answer.rows;
    message["genesys"] = this.#info(answer);
    node.send(message);
    this.#figures();
    this.#showOlder();
  }

  #showRows(): void {
    const used = Math.round(this.#parts.config.client.budget.used * 100);
    if (this.#rows === undefined) this.#show("starting", "ready");
    else this.#show("running", "rows", { rows: this.#rows, used });
  }

  /** @returns whether there is something older under way to be shown: the re-sync goes first */
  #showOlder(): boolean {
    const { history, resync, resting } = this.#parts.poller.progress;
    const part = resync ?? history;
    if (part === undefined || this.#failing || this.#parts.notices.unanswered) return false;
    const key = resync === undefined ? "history" : "resync";
    if (resting === undefined) this.#show("running", key, { percent: Math.floor(part * 100) });
    else this.#show("waiting", "resting");
    return true;
  }

  #info(answer: PollAnswer): GenesysInfo {
    const { environment, client } = this.#parts.config;
    return genesysInfo(answer, { environment, region: client.endpoints.region });
  }

  #figures(error?: string): void {
    const { config, reporter, notices } = this.#parts;
    const { budget } = config.client;
    reporter.set({ budgetUsed: budget.used, rateLimitedUntil: budget.pausedUntil });
    const problems = error === undefined ? notices.current : [error, ...notices.current];
    const { history, resync, resting, corrected } = this.#parts.poller.progress;
    reporter.add("pointsCorrected", corrected - this.#corrected);
    this.#corrected = corrected;
    reporter.details({
      ...(problems.length > 0 && { problem: problems.join("; ") }),
      ...(history !== undefined && { history: `${Math.floor(history * 100)} %` }),
      ...(resync !== undefined && { resync: `${Math.floor(resync * 100)} %` }),
      ...(resting !== undefined && { resting }),
    });
  }

  #showLimit(): void {
    const until = this.#parts.config.client.budget.pausedUntil;
    if (until === undefined) return;
    this.#parts.notices.set(LIMIT.topic, LIMIT.problem);
    this.#figures(this.#reason);
    this.#show("waiting", "limited", { time: new Date(until).toTimeString().slice(0, 8) });
  }

  /**
   * What passes by itself is no failure of the node: health calls it degraded, and stale when it lasts. What somebody
   * has to mend is one.
   */
  #showFailure({ kind, transient }: GenesysError): void {
    if (transient || kind === "answer") this.#show("degraded", kind, {}, { fill: "red", shape: "ring" });
    else this.#show("failed", kind);
  }

  #show(
    state: NodeState,
    key: StatusKey,
    values: Record<string, string | number> = {},
    look?: Parameters<NodeStatus["show"]>[2],
  ): void {
    const { RED, node, status } = this.#parts;
    this.#shown = key;
    status.show(state, RED._(`${node.type}.status.${key}`, values), look);
  }
}
