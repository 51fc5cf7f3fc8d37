import type { Message } from "../../lib/node-red/input";
import type { Reporter } from "../../lib/health/registry";
import { markChecked } from "../../lib/lines/checked";
import { readPayload, type RefusedLine } from "../../lib/lines/payload";
import { counted } from "../../lib/terms/counted";
import { shorten } from "../../lib/terms/json";
import type { FailedOutcome, MessageError, WrittenOutcome } from "../../lib/terms/messages";
import type { Control } from "../../lib/terms/topics";
import type { Clock } from "../../lib/time/clock";
import { Delivery } from "../../lib/wal/delivery";
import type { DeliveryState } from "../../lib/wal/delivery-options";
import type { WalLog } from "../../lib/wal/log";
import { OnlyChanges } from "../../lib/wal/only-changes";
import type { Parcel } from "../../lib/wal/parcel";
import type { Announcer } from "./announcer";
import { LetterKeeper } from "./letter-keeper";
import type { Meaning } from "./meaning";
import { Rejections } from "./rejections";

/** Settings and surroundings of an open buffer. */
export interface OpenBufferOptions {
  readonly id: string;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly announcer: Announcer;
  readonly window: number;
  readonly maxParcels: number;
  readonly inFlight: "many" | "one";
  readonly ackTimeoutMs: number;
  /** Unchanged lines are left out, except one in this time; `undefined`: all lines are kept. */
  readonly fullEveryMs: number | undefined;
  /** Output 1. */
  readonly send: (toWrite: Message) => void;
  readonly onChange: () => void;
}

const NOT_FOUND = 404;

/** Handles messages with an open log: keeps lines, hands them out, takes their outcomes. */
export class OpenBuffer {
  readonly log: WalLog;
  readonly #options: OpenBufferOptions;
  readonly #delivery: Delivery;
  readonly #rejections: Rejections;
  readonly #letters: LetterKeeper;
  readonly #changes: OnlyChanges | undefined;
  #target: string | undefined;
  #unchanged = 0;

  constructor(log: WalLog, options: OpenBufferOptions) {
    this.log = log;
    this.#options = options;
    const { clock, announcer, reporter, window, maxParcels, inFlight, ackTimeoutMs, id, send } = options;
    const { fullEveryMs } = options;
    this.#changes =
      fullEveryMs === undefined
        ? undefined
        : new OnlyChanges({ clock, fullEveryMs, nextSeq: () => log.nextSeq });
    this.#rejections = new Rejections(clock, (lines) => {
      announcer.event("rejected", { lines, kept: false, reason: "refused by the server, and not kept" });
      announcer.warnOnce(
        "rejected",
        "the server refused lines, and its writer does not say which: wire output 3 of influx-batch-write to this node",
      );
    });
    // Of a log that was lost, and is open again.
    for (const topic of ["refused", "read", "deadLetters", "requeue"]) reporter.problem(topic, undefined);
    this.#letters = new LetterKeeper({ log, clock, announcer, reporter });
    this.#delivery = new Delivery({
      ...{ log, clock, window, maxParcels, inFlight, ackTimeoutMs },
      send: ({ parcel, attempt, flush }) => {
        const wal = { buffer: id, record: parcel.seq, attempt };
        send({ payload: markChecked([...parcel.lines]), wal, ...(flush && { flush }) });
      },
      keepRejected: async (refused, mayGiveUp) => {
        const ends = await Promise.all(refused.map((one) => this.#letters.keep(one, mayGiveUp)));
        return !ends.includes("closed");
      },
      onSettled: (parcel, refused) => {
        log.written(parcel.lines, refused);
        this.#learn(parcel, refused);
        announcer.worksAgain("refused");
        reporter.problem("refused", undefined);
      },
      onStalled: ({ records, lines, never }) => {
        const reason = never
          ? "no outcome ever came back: wire outputs 1 and 2 of influx-batch-write to this node"
          : `no outcome for ${ackTimeoutMs / 1_000} s: sent again`;
        announcer.event("stalled", { records, lines, reason });
        announcer.warnOnce(never ? "never" : "stalled", reason);
        if (never) reporter.problem("wiring", reason);
      },
      onBlamed: (reason, offers) => {
        const others = offers > 0 ? ` (${offers} others were tried)` : "";
        const text = `the server refuses every line${others}: check the settings; nothing is given up: ${reason}`;
        reporter.problem("refused", text);
        announcer.fail("refused", text);
      },
      onReadError: (error) => {
        if (error) announcer.fail("read", `the log cannot be read: ${error.message}; trying again`);
        else announcer.worksAgain("read", "the log can be read again");
        reporter.problem("read", error && `the log cannot be read: ${error.message}`, "failed");
      },
      onChange: options.onChange,
    });
  }

  /** Unchanged lines that were not kept; `undefined` without `onlyChanges`. */
  get unchanged(): number | undefined {
    return this.#changes && this.#unchanged;
  }

  get delivery(): DeliveryState {
    return this.#delivery.state;
  }

  /** Call when the log dropped lines, lost some, or got some in another way. */
  contentChanged(): void {
    this.#changes?.forget();
  }

  /** Handles one message. @returns its error; its sound lines are kept nevertheless */
  async act(meaning: Meaning, msg: Message): Promise<Error | undefined> {
    switch (meaning.kind) {
      case "append":
        if (meaning.failed) this.#delivery.outage(meaning.failed.retryAfterMs);
        return this.#append(msg);
      case "outcome": {
        const { record: seq, attempt } = meaning.ref;
        if (meaning.outcome.status === "failed")
          this.#failed({ seq, attempt }, meaning.outcome, meaning.error);
        else this.#written({ seq, attempt }, meaning.outcome);
        return undefined;
      }
      case "rejected":
        return this.#keepRejected(msg, meaning.error.message, meaning.error.code);
      case "kept":
        return undefined;
      case "written":
        this.#delivery.recovered();
        return undefined;
      case "control":
        await this.#control(meaning.control);
        return undefined;
      case "loop":
        return new Error("output 1 leads back to this node: wire it to influx-batch-write");
      case "foreign":
        this.#miswired(
          "an outcome of another buffer arrives here: nothing of it is kept; wire each writer to its own buffer",
        );
        return undefined;
    }
  }

  /** Call when the database answers again: a back-off that the server did not ask for ends. */
  recovered(): void {
    this.#delivery.recovered();
  }

  /** Call after a deploy: records on their way may have met a node that is gone. */
  resend(): void {
    this.#delivery.resend();
  }

  async close(): Promise<void> {
    this.#rejections.close();
    this.#delivery.close();
    this.#letters.close();
    await this.log.close();
    await this.#delivery.idle();
  }

  #written(to: { seq: number; attempt: number | undefined }, outcome: WrittenOutcome): void {
    const { target, rejected, rejections = [] } = outcome;
    if (target !== undefined) {
      if (this.#target !== undefined && this.#target !== target)
        this.#miswired("outcomes come from two databases: each needs a buffer of its own");
      if (this.#target !== target) this.#changes?.forget();
      this.#target = target;
    }
    const named = rejections.reduce((sum, { at }) => sum + at.length, 0);
    if (rejected > named) this.#rejections.told(rejected - named);
    this.#delivery.written(to, outcome);
  }

  #failed(
    to: { seq: number; attempt: number | undefined },
    outcome: FailedOutcome,
    { message, statusCode }: MessageError,
  ): void {
    // A bucket that comes back is empty.
    if (statusCode === NOT_FOUND) this.#changes?.forget();
    this.#delivery.failed(to, outcome, message);
  }

  #learn({ records }: Parcel, refused: ReadonlySet<number>): void {
    let from = 0;
    for (const { seq, lines } of records) {
      const start = from;
      this.#changes?.settled(seq, lines, (at) => refused.has(start + at));
      from += lines.length;
    }
  }

  #miswired(text: string): void {
    this.#options.reporter.problem("wiring", text);
    this.#options.announcer.warnOnce(text, text);
  }

  async #append(msg: Message): Promise<Error | undefined> {
    const { announcer } = this.#options;
    const { lines, refused } = readPayload(msg.payload);
    const { lines: stampedLines, stamped } = this.log.stamp(lines);
    if (stamped > 0) {
      announcer.warnOnce(
        "stamped",
        `lines without a timestamp, which got the time of their arrival: ${stamped}`,
      );
    }
    if (typeof msg["bucket"] === "string" && msg["bucket"]) {
      announcer.warnOnce(
        "bucket",
        "msg.bucket is not kept in the log: use one buffer and one writer for each bucket",
      );
    }
    await this.#keepChanges(stampedLines);
    return refused.length > 0 ? refusedError(refused, lines.length + refused.length) : undefined;
  }

  async #keepChanges(lines: readonly string[]): Promise<void> {
    const wanted = this.#changes?.take(lines) ?? lines;
    const unchanged = lines.length - wanted.length;
    this.#unchanged += unchanged;
    if (unchanged > 0) this.#options.reporter.add("linesUnchanged", unchanged);
    if (wanted.length === 0) return;
    try {
      await this.log.append(wanted);
    } catch (error) {
      this.#changes?.notKept(wanted);
      throw error;
    }
  }

  /** Keeps refused lines of a message of their own, from a writer that this buffer may not feed. */
  async #keepRejected(msg: Message, reason: string, code: string): Promise<Error | undefined> {
    const { lines, refused } = readPayload(msg.payload);
    if (lines.length > 0) {
      this.#rejections.kept(lines.length);
      const letter = { lines: this.log.stamp(lines).lines, reason, code };
      const end = await this.#letters.keep(letter, () => true);
      if (end !== "kept")
        return new Error(`${counted(lines.length, "line")} could not be kept as dead letters`);
    }
    return refused.length > 0 ? refusedError(refused, lines.length + refused.length) : undefined;
  }

  async #control(control: Control): Promise<void> {
    switch (control) {
      case "pause":
        return this.#delivery.pause();
      case "resume":
        return this.#delivery.resume();
      case "replay":
        return this.#delivery.replay();
      case "requeueRejected":
        await this.log.requeueRejected();
        return;
      default:
        return control satisfies never;
    }
  }
}

function refusedError(refused: readonly RefusedLine[], of: number): Error {
  const { at, reason, line } = refused[0]!;
  const shown = JSON.stringify(shorten(line));
  const others = refused.length > 1 ? `, and ${refused.length - 1} more` : "";
  return new Error(
    `${refused.length} of ${of} lines were not kept: line ${at + 1}: ${reason}: ${shown}${others}`,
  );
}
