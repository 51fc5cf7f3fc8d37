import type { Clock, Timer } from "../../lib/time/clock";
import type { Reporter } from "../../lib/health/registry";
import type { Done, Message } from "../../lib/node-red/input";
import type { NodeStatus } from "../../lib/node-red/status";
import { Delivery } from "../../lib/wal/delivery";
import { readPayload, type RefusedLine } from "../../lib/lines/payload";
import { LockedError } from "../../lib/wal/lock";
import { WalLog } from "../../lib/wal/log";
import type { WalEvent, WalOptions } from "../../lib/wal/options";
import type { Control, EventTopic } from "../../lib/terms/topics";
import { classify, type Meaning } from "./meaning";
import { Rejections } from "./rejections";
import { type Texts, View } from "./display";

export interface BufferOptions {
  readonly id: string;
  readonly clock: Clock;
  readonly log: Omit<WalOptions, "onEvent"> & { readonly directory: string };
  readonly window: number;
  readonly ackTimeoutMs: number;
  readonly status: NodeStatus;
  readonly reporter: Reporter;
  readonly text: Texts;
  /** Output 1 and output 2. */
  readonly send: (toWrite: Message | null, event: Message | null) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string) => void;
}

const REOPEN_MS = 5_000;
const REFRESH_MS = 5_000;
const SOON_MS = 100;
/** Drops come one segment after the other: one line in the log for all within this time. */
const QUIET_MS = 10 * 60_000;

/** One buffer: joins the log on disk, its delivery, and the messages of a flow. */
export class BufferController {
  readonly #options: BufferOptions;
  readonly #view: View;
  readonly #rejections: Rejections;
  #log: WalLog | undefined;
  #delivery: Delivery | undefined;
  #opening: Promise<void>;
  #problem: Error | undefined;
  #closed = false;
  #reopen: Timer | undefined;
  #refresh: Timer | undefined;
  #refreshSoon: Timer | undefined;
  #warnedOfDrop = -Infinity;
  readonly #warnedOf = new Set<string>();

  constructor(options: BufferOptions) {
    this.#options = options;
    const { clock, status, reporter, text } = options;
    const { sync = "always", maxBytes = Infinity } = options.log;
    this.#view = new View({ clock, status, reporter, text, sync, maxBytes });
    this.#rejections = new Rejections(clock, (lines) => {
      this.#event("rejected", { lines, kept: false, reason: "refused by the server, and not kept" });
      this.#warnOnce(
        "rejected",
        "the server refused lines: wire output 3 of influx-batch-write to this node to keep them",
      );
    });
    status.show("opening", text("opening"));
    this.#opening = this.#open();
  }

  /** The log, while it is open. */
  get log(): WalLog | undefined {
    return this.#log;
  }

  /** Takes one message of the flow. */
  async handle(msg: Message, done: Done): Promise<void> {
    const meaning = classify(msg, this.#options.id);
    if (!this.#log) await this.#opening;
    if (!this.#log) {
      done(this.#problem ?? new Error("the log is not open"));
      return;
    }
    const error = await this.#act(this.#log, meaning, msg);
    this.#showSoon();
    done(error);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of [this.#reopen, this.#refresh, this.#refreshSoon]) timer?.cancel();
    this.#rejections.close();
    this.#options.status.close();
    await this.#opening;
    this.#delivery?.close();
    await this.#log?.close();
    this.#log = undefined;
  }

  async #act(log: WalLog, meaning: Meaning, msg: Message): Promise<Error | undefined> {
    const delivery = this.#delivery!;
    switch (meaning.kind) {
      case "append":
        if (meaning.failed) delivery.outage(meaning.failed.retryAfterMs);
        return this.#append(log, msg);
      case "outcome": {
        const { ref, outcome } = meaning;
        const answer = { seq: ref.record, attempt: ref.attempt };
        if (outcome.status === "failed") {
          delivery.failed(answer, outcome.retryAfterMs);
          return undefined;
        }
        delivery.written(answer, outcome.rejected);
        if (outcome.rejected) this.#rejections.told(outcome.rejected);
        return undefined;
      }
      case "rejected":
        return this.#keepRejected(log, msg, meaning.error.message);
      case "written":
        delivery.recovered();
        return undefined;
      case "control":
        await this.#control(log, delivery, meaning.control);
        return undefined;
      case "loop":
        return new Error("output 1 leads back to this node: wire it to influx-batch-write");
      case "foreign":
        return undefined;
    }
  }

  async #append(log: WalLog, msg: Message): Promise<Error | undefined> {
    const { lines, refused } = readPayload(msg.payload);
    const { lines: kept, stamped } = log.stamp(lines);
    if (stamped > 0) {
      this.#warnOnce("stamped", `${stamped} lines had no timestamp and got the time of their arrival`);
    }
    if (typeof msg["bucket"] === "string" && msg["bucket"]) {
      this.#warnOnce(
        "bucket",
        "msg.bucket is not kept in the log: use one buffer and one writer for each bucket",
      );
    }
    if (kept.length > 0) await log.append(kept);
    return refused.length > 0 ? refusedError(refused, lines.length + refused.length) : undefined;
  }

  async #keepRejected(log: WalLog, msg: Message, reason: string): Promise<Error | undefined> {
    const { lines, refused } = readPayload(msg.payload);
    if (lines.length > 0) {
      await log.keepRejected(log.stamp(lines).lines, reason);
      this.#rejections.kept(lines.length);
      this.#event("rejected", { lines: lines.length, kept: true, reason });
    }
    return refused.length > 0 ? refusedError(refused, lines.length + refused.length) : undefined;
  }

  async #control(log: WalLog, delivery: Delivery, control: Control): Promise<void> {
    switch (control) {
      case "pause":
        return delivery.pause();
      case "resume":
        return delivery.resume();
      case "replay":
        return delivery.replay();
      case "requeueRejected":
        await log.requeueRejected();
        return;
    }
  }

  async #open(): Promise<void> {
    const { clock, status, text } = this.#options;
    try {
      const log = await WalLog.open({
        ...this.#options.log,
        clock,
        onEvent: (event) => this.#onLogEvent(event),
      });
      if (this.#closed) return await log.close();
      this.#log = log;
      this.#problem = undefined;
      this.#delivery = this.#deliver(log);
      this.#show();
    } catch (caught) {
      if (this.#closed) return;
      const error = caught instanceof Error ? caught : new Error(String(caught));
      const locked = error instanceof LockedError;
      if (this.#problem?.message !== error.message) this.#fail(`the log cannot be opened: ${error.message}`);
      this.#problem = error;
      status.show("failed", text(locked ? "locked" : "cannotOpen"));
      this.#reopen = clock.after(REOPEN_MS, () => void (this.#opening = this.#open()));
    }
  }

  #deliver(log: WalLog): Delivery {
    const { clock, window, ackTimeoutMs, id, send } = this.#options;
    return new Delivery({
      log,
      clock,
      window,
      ackTimeoutMs,
      send: ({ record, attempt, probe }) => {
        const wal = { buffer: id, record: record.seq, attempt };
        send({ payload: record.lines, wal, ...(probe && { flush: true }) }, null);
      },
      onStalled: ({ records, lines, never }) => {
        const reason = never
          ? "no outcome ever came back: wire outputs 1 and 2 of influx-batch-write to this node"
          : `no outcome for ${ackTimeoutMs / 1_000} s: sent again`;
        this.#event("stalled", { records, lines, reason });
        this.#warnOnce(never ? "never" : "stalled", reason);
      },
      onReadError: (error) => this.#fail(`the log cannot be read: ${error.message}`),
      onChange: () => this.#showSoon(),
    });
  }

  #onLogEvent(event: WalEvent): void {
    const { clock, reporter } = this.#options;
    if (event.kind === "dropped") {
      const { records, lines, bytes, inFlight, reason, from, to } = event;
      const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      reporter.add("linesDropped", lines);
      this.#event("dropped", { records, lines, bytes, inFlight, reason, ...times });
      if (clock.now() - this.#warnedOfDrop >= QUIET_MS) {
        this.#options.warn(`lines are dropped, oldest first (${reason}): ${lines} from ${times.from}`);
      }
      this.#warnedOfDrop = clock.now();
    } else if (event.kind === "corrupt") {
      const { file, records, lines, reason } = event;
      reporter.add("linesCorrupt", lines);
      this.#event("corrupt", { file, records, lines, reason });
      this.#options.warn(`${file}: ${reason} (${lines} lines)`);
    } else if (event.kind === "durability") {
      if (event.error) this.#fail(`lines are not being kept: ${event.error.message}; trying again`);
      else this.#options.warn("lines are being kept again");
    } else {
      this.#fail(event.error.message);
      this.#delivery?.close();
      this.#log = this.#delivery = undefined;
      this.#opening = this.#open();
    }
    this.#showSoon();
  }

  #event(topic: EventTopic, payload: Record<string, unknown>): void {
    if (!this.#closed) this.#options.send(null, { topic, payload });
  }

  #fail(text: string): void {
    this.#options.reporter.error("disk");
    this.#options.error(text);
  }

  #warnOnce(what: string, text: string): void {
    if (this.#warnedOf.has(what)) return;
    this.#warnedOf.add(what);
    this.#options.warn(text);
  }

  #showSoon(): void {
    this.#refreshSoon ??= this.#options.clock.after(SOON_MS, () => {
      this.#refreshSoon = undefined;
      this.#show();
    });
  }

  #show(): void {
    if (this.#closed || !this.#log || !this.#delivery) return;
    this.#view.show(this.#log.stats(), this.#delivery.state);
    this.#refresh?.cancel();
    this.#refresh = this.#options.clock.after(REFRESH_MS, () => this.#show());
  }
}

function refusedError(refused: readonly RefusedLine[], of: number): Error {
  const { at, reason, line } = refused[0]!;
  const shown = JSON.stringify(line.length > 60 ? `${line.slice(0, 57)}…` : line);
  const others = refused.length > 1 ? `, and ${refused.length - 1} more` : "";
  return new Error(
    `${refused.length} of ${of} lines were not kept: line ${at + 1}: ${reason}: ${shown}${others}`,
  );
}
