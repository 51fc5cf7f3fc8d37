import type { Node, NodeAPI } from "node-red";
import type { Clock } from "../../time/clock";
import {
  asGenesysError,
  type FailureKind,
  type GenesysError,
  isoTime,
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

type StatusKey = "polling" | "rows" | "incomplete" | "limited" | FailureKind;

/** What both poll nodes do with a trigger: one poll at a time, one message per answer, status and health. */
export class PollNode {
  readonly #parts: PollNodeParts;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #lastTrigger: number | undefined;
  #failing = false;

  constructor(parts: PollNodeParts) {
    this.#parts = parts;
  }

  /** Polls; or skips and counts the trigger while a poll is running or a rate limit holds. */
  async trigger(msg: Message, send: Send, done: Done): Promise<void> {
    const { clock, config, reporter } = this.#parts;
    const now = clock.now();
    const tick = this.#lastTrigger === undefined ? TICK_MS.first : now - this.#lastTrigger;
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
    await this.#running;
    await this.#parts.poller.close();
  }

  async #poll(msg: Message, send: Send, done: Done, deadline: number): Promise<void> {
    const { RED, config, poller, reporter, clock } = this.#parts;
    // Further messages are copies of the trigger as it came; the first is on its way by then, and changed.
    const template = { ...msg, payload: undefined };
    let next: Message | undefined = msg;
    const spare = RED.util.cloneMessage<Message>(template);
    let rows = 0;
    let complete = true;
    // A failure stays on show until a poll has succeeded: health must not call every new attempt a recovery.
    if (!this.#failing) this.#show("busy", "polling");
    const stopListening = config.client.budget.onPause(() => this.#showLimit());
    try {
      await poller.poll({ signal: this.#closing.signal, deadline }, (answer) => {
        rows += answer.rows.length;
        complete &&= answer.complete;
        const own = next ?? RED.util.cloneMessage<Message>(spare);
        next = undefined;
        own.payload = answer.rows;
        own["genesys"] = this.#info(answer);
        send(own);
      });
      reporter.add("polls");
      reporter.set({ lastPollTime: clock.now() });
      this.#figures();
      this.#failing = !complete;
      const used = Math.round(config.client.budget.used * 100);
      if (complete) this.#show("running", "rows", { rows, used });
      else this.#show("degraded", "incomplete", { rows });
      done();
    } catch (thrown) {
      if (this.#closing.signal.aborted) return done();
      const error = asGenesysError(thrown);
      this.#failing = true;
      reporter.error(error.kind);
      this.#figures(error.message);
      if (config.client.budget.pausedUntil !== undefined) this.#showLimit();
      else this.#showFailure(error);
      done(error);
    } finally {
      stopListening();
    }
  }

  #info(answer: PollAnswer): GenesysInfo {
    const { config } = this.#parts;
    const { interval } = answer;
    return {
      kind: answer.kind,
      interval: interval && { start: isoTime(interval.start), end: isoTime(interval.end) },
      granularity: answer.granularity?.text,
      polledAt: isoTime(answer.polledAt),
      environment: config.environment,
      region: config.client.endpoints.region,
      complete: answer.complete,
      ...(answer.mappings && { mappings: answer.mappings }),
    };
  }

  #figures(error?: string): void {
    const { config, reporter, notices } = this.#parts;
    const { budget } = config.client;
    reporter.set({ budgetUsed: budget.used, rateLimitedUntil: budget.pausedUntil });
    const problems = error === undefined ? notices.current : [error, ...notices.current];
    reporter.details(problems.length > 0 ? { problem: problems.join("; ") } : {});
  }

  #showLimit(): void {
    const until = this.#parts.config.client.budget.pausedUntil;
    if (until === undefined) return;
    this.#figures();
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
    status.show(state, RED._(`${node.type}.status.${key}`, values), look);
  }
}
