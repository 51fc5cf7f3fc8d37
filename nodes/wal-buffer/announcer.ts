import type { Reporter } from "../../lib/health/registry";
import type { Message } from "../../lib/node-red/input";
import { counted } from "../../lib/terms/counted";
import type { EventTopic } from "../../lib/terms/topics";
import type { Clock, Timer } from "../../lib/time/clock";
import type { WalEvent } from "../../lib/wal/options";

interface Options {
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Output 2. */
  readonly send: (event: Message) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Interval of log lines about drops, which come one segment after the other. */
const QUIET_MS = 10 * 60_000;

/** What can fail, each for itself and for as long as it takes. */
type Trouble = "open" | "keep" | "read" | "deadLetters" | "requeue" | "adopt" | "refused";

type Dropped = Extract<WalEvent, { kind: "dropped" }>;

/** Announces events on output 2, in Node-RED's log and in health's counters. */
export class Announcer {
  readonly #options: Options;
  readonly #told = new Set<string>();
  /** Lines dropped since the last warning. */
  #drops = { lines: 0, reason: "" };
  #quiet: Timer | undefined;
  /** The last error of each trouble that is not over. */
  readonly #problems = new Map<Trouble, string>();
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Sends an event on output 2. */
  event(topic: EventTopic, payload: Readonly<Record<string, unknown>>): void {
    if (!this.#closed) this.#options.send({ topic, payload });
  }

  /** Counts and logs an error; the same one again, as after every retry, is not repeated. */
  fail(trouble: Trouble, text: string): void {
    if (this.#problems.get(trouble) === text) return;
    this.#problems.set(trouble, text);
    this.#options.reporter.error("disk");
    this.#options.error(text);
  }

  /** Ends a trouble: what failed works again. */
  worksAgain(trouble: Trouble, text?: string): void {
    if (this.#problems.delete(trouble) && text !== undefined) this.#options.warn(text);
  }

  warnOnce(what: string, text: string): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#options.warn(text);
  }

  /** Announces an event of the log. */
  logEvent(event: Exclude<WalEvent, { kind: "lost" }>): void {
    const { reporter, warn } = this.#options;
    switch (event.kind) {
      case "dropped":
        return this.#dropped(event);
      case "corrupt": {
        const { file, records, lines, reason } = event;
        reporter.add("linesCorrupt", lines);
        this.event("corrupt", { file, records, lines, reason });
        return warn(`${file}: ${reason}${lines > 0 ? ` (${counted(lines, "line")})` : ""}`);
      }
      case "durability":
        if (event.error) this.fail("keep", `lines are not being kept: ${event.error.message}; trying again`);
        else this.worksAgain("keep", "lines are being kept again");
        return;
      case "trimmed": {
        const { folder, files, lines } = event;
        const reason = `${folder} had more than its share of the directory`;
        this.event("trimmed", { folder, files, lines, reason });
        return this.warnOnce(`trimmed ${folder}`, `${reason}: the oldest ${lines} lines there were removed`);
      }
      case "requeued": {
        const { lines, superseded, unknown } = event;
        const reason =
          `dead letters are sent again; ${superseded} were left out, as newer values were written since` +
          (unknown > 0 ? `; of ${unknown} that cannot be told any more` : "");
        this.event("rejected", { lines, superseded, unknown, requeued: true, reason });
        return warn(`${lines} ${reason}`);
      }
      case "letters": {
        const text = event.error && `${event.error.message}; trying again`;
        if (text) this.fail("requeue", text);
        else this.worksAgain("requeue", "all dead letters are sent again");
        return reporter.problem("requeue", text);
      }
      case "adopted": {
        const { directory, lines, deadLetters, error } = event;
        if (error) return this.fail("adopt", `${directory} cannot be taken over: ${error.message}`);
        this.worksAgain("adopt");
        return warn(
          `${directory} was taken over: ${counted(lines, "line")} to send, ${counted(deadLetters, "dead letter")}`,
        );
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#quiet?.cancel();
  }

  #dropped({ records, lines, bytes, inFlight, reason, from, to }: Dropped): void {
    const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    this.#options.reporter.add("linesDropped", lines);
    this.event("dropped", { records, lines, bytes, inFlight, reason, ...times });
    this.#drops.lines += lines;
    this.#drops.reason = reason;
    this.#warnOfDrops();
  }

  /** Warns at the first real loss, then once per interval with the sum. */
  #warnOfDrops(): void {
    const { lines, reason } = this.#drops;
    if (lines === 0 || this.#quiet || this.#closed) return;
    const words = `lines dropped, oldest first: ${lines} (${reason})`;
    this.#options.warn(words);
    this.#options.reporter.problem("dropped", words);
    this.#drops = { lines: 0, reason: "" };
    this.#quiet = this.#options.clock.after(QUIET_MS, () => {
      this.#quiet = undefined;
      if (this.#drops.lines === 0) this.#options.reporter.problem("dropped", undefined);
      this.#warnOfDrops();
    });
  }
}
