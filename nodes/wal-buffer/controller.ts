import type { Reporter } from "../../lib/health/registry";
import type { Done, Message } from "../../lib/node-red/input";
import type { Texts } from "../../lib/node-red/node";
import type { NodeStatus } from "../../lib/node-red/status";
import type { Clock, Timer } from "../../lib/time/clock";
import { LockedError } from "../../lib/wal/lock";
import { WalLog } from "../../lib/wal/log";
import type { Adopted } from "../../lib/wal/options";
import type { WalEvent, WalOptions } from "../../lib/wal/options";
import type { Orphan } from "../../lib/wal/orphans";
import { Announcer } from "./announcer";
import { BufferDisplay } from "./display";
import { HeldMessages } from "./held-messages";
import { meaningOf } from "./meaning";
import { OpenBuffer, type OpenBufferOptions } from "./open-buffer";
import { asError } from "../../lib/terms/as-error";

/** Settings and surroundings of a buffer. */
export interface BufferOptions extends Pick<
  OpenBufferOptions,
  "window" | "maxParcels" | "inFlight" | "ackTimeoutMs" | "fullEveryMs"
> {
  readonly id: string;
  readonly clock: Clock;
  readonly log: Omit<WalOptions, "onEvent"> & { readonly directory: string };
  readonly status: NodeStatus;
  readonly reporter: Reporter;
  readonly text: Texts;
  /** Output 1 and output 2. */
  readonly send: (toWrite: Message | null, event: Message | null) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Interval of looks at a lock. */
const REOPEN_MS = 5_000;
const REFRESH_MS = 5_000;
const SOON_MS = 100;

/** Orphaned logs, each with the buffer that names it. */
const named = new Map<string, BufferController>();

/** Opens a buffer's log, again after failures, and holds messages in memory until it is open. */
export class BufferController {
  readonly announcer: Announcer;
  readonly #options: BufferOptions;
  readonly #view: BufferDisplay;
  readonly #held = new HeldMessages();
  #open: OpenBuffer | undefined;
  #opening: Promise<void> | undefined;
  #problem: Error | undefined;
  #taking = false;
  #closed = false;
  #reopen: Timer | undefined;
  #refresh: Timer | undefined;
  #refreshSoon: Timer | undefined;

  constructor(options: BufferOptions) {
    this.#options = options;
    const { clock, status, reporter, text, warn, error, send } = options;
    const { sync = "always", maxBytes = Infinity } = options.log;
    this.#view = new BufferDisplay({ clock, status, reporter, text, sync, maxBytes });
    this.announcer = new Announcer({ clock, reporter, warn, error, send: (event) => send(null, event) });
    this.#start();
  }

  /** The log, while it is open. */
  get log(): WalLog | undefined {
    return this.#open?.log;
  }

  /** Sets a problem of the wiring; `undefined` clears it. */
  wiring(problem: string | undefined): void {
    this.#options.reporter.problem("wires", problem);
    if (problem) this.announcer.warnOnce(problem, problem);
  }

  /** Names logs whose nodes are gone, each on one node only. */
  orphans(orphans: readonly Orphan[]): void {
    for (const { directory, lines, bytes } of orphans) {
      if (named.has(directory)) continue;
      named.set(directory, this);
      const reason = `${lines} lines wait in ${directory}, whose node is gone: take them over on the second tab of this node`;
      this.announcer.event("orphaned", { directory, lines, bytes, reason });
      this.announcer.warnOnce(directory, reason);
      this.#options.reporter.problem(`orphaned ${directory}`, reason);
    }
  }

  /**
   * Takes over the log of a node that is gone.
   *
   * @throws LockedError when it is in use; Error when this buffer's own log is not open
   */
  async adopt(directory: string): Promise<Adopted> {
    if (!this.#open) throw new Error("the log of this node is not open");
    const adopted = await this.#open.log.adopt(directory);
    this.#onLogEvent({ kind: "adopted", ...adopted });
    return adopted;
  }

  /** Call when a log that this buffer named was taken over, by whatever buffer. */
  adopted(directory: string): void {
    named.delete(directory);
    this.#options.reporter.problem(`orphaned ${directory}`, undefined);
  }

  /** Handles one message. */
  async handle(msg: Message, done: Done): Promise<void> {
    if (this.#open && !this.#taking) return this.#act(this.#open, msg, done);
    if (this.#closed || !this.#held.add(msg, done)) {
      const why = this.#problem?.message ?? "the log is not open";
      done(new Error(`not kept: ${why}${this.#closed ? "" : "; and memory for waiting lines is full"}`));
    }
  }

  /** Call when a database that could not be reached answers again. */
  recovered(): void {
    this.#open?.recovered();
  }

  /** Call when nodes were deployed, and this one was not among them. */
  resend(): void {
    this.#open?.resend();
  }

  async close(): Promise<void> {
    this.#closed = true;
    // The node that takes this one's place names them again.
    for (const [directory, by] of named) if (by === this) named.delete(directory);
    for (const timer of [this.#reopen, this.#refresh, this.#refreshSoon]) timer?.cancel();
    this.#options.status.close();
    await this.#opening;
    await this.#open?.close();
    this.#open = undefined;
    this.announcer.close();
    const why = this.#problem ? `: ${this.#problem.message}` : "";
    for (let held = this.#held.shift(); held; held = this.#held.shift())
      held.done(new Error(`not kept: the node was closed before its log was open${why}`));
  }

  async #act(open: OpenBuffer, msg: Message, done: Done): Promise<void> {
    try {
      done(await open.act(meaningOf(msg, this.#options.id), msg));
    } catch (caught) {
      done(asError(caught));
    }
    this.#showSoon();
  }

  #start(): void {
    if (this.#closed) return;
    if (!this.#problem) this.#view.opening("opening");
    this.#opening = this.#tryToOpen();
  }

  async #tryToOpen(): Promise<void> {
    const { clock, id, reporter, window, maxParcels, inFlight, ackTimeoutMs, fullEveryMs, send } =
      this.#options;
    try {
      const onEvent = (event: WalEvent) => this.#onLogEvent(event);
      const log = await WalLog.open({ ...this.#options.log, clock, onEvent });
      if (this.#closed) return await log.close();
      this.#problem = undefined;
      this.announcer.worksAgain("open");
      this.#open = new OpenBuffer(log, {
        ...{ id, clock, reporter, window, maxParcels, inFlight, ackTimeoutMs, fullEveryMs },
        announcer: this.announcer,
        send: (msg) => send(msg, null),
        onChange: () => this.#showSoon(),
      });
      this.#show();
      void this.#takeHeld(this.#open);
    } catch (caught) {
      if (this.#closed) return;
      const error = asError(caught);
      this.#problem = error;
      if (error instanceof LockedError) {
        this.announcer.warnOnce(error.message, `the log cannot be opened yet: ${error.message}`);
        this.#view.opening("locked");
      } else {
        this.announcer.fail("open", `the log cannot be opened: ${error.message}; trying again`);
        this.#view.cannotOpen();
      }
      this.#reopen = clock.after(REOPEN_MS, () => this.#start());
    }
  }

  /** Handles messages held before the log was open. */
  async #takeHeld(open: OpenBuffer): Promise<void> {
    this.#taking = true;
    for (let held = this.#held.shift(); held; held = this.#held.shift())
      await this.#act(open, held.msg, held.done);
    this.#taking = false;
  }

  #onLogEvent(event: WalEvent): void {
    if (event.kind !== "lost") {
      this.announcer.logEvent(event);
      if (event.kind === "adopted" && !event.error) named.get(event.directory)?.adopted(event.directory);
      if (!["durability", "trimmed", "letters"].includes(event.kind)) this.#open?.contentChanged();
    } else {
      this.announcer.fail("open", event.error.message);
      const open = this.#open;
      this.#open = undefined;
      this.#problem = event.error;
      void open?.close().then(() => this.#start());
    }
    this.#showSoon();
  }

  #showSoon(): void {
    this.#refreshSoon ??= this.#options.clock.after(SOON_MS, () => {
      this.#refreshSoon = undefined;
      this.#show();
    });
  }

  #show(): void {
    if (this.#closed || !this.#open) return;
    this.#view.show(this.#open.log.stats(), this.#open.delivery, this.#open.unchanged);
    this.#refresh?.cancel();
    this.#refresh = this.#options.clock.after(REFRESH_MS, () => this.#show());
  }
}
