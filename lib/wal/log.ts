import type { Clock } from "../time/clock";
import { Appender } from "./appender";
import { CursorFile } from "./cursor";
import { type DeadLetter, DeadLetters, listDeadLetters } from "./dead-letters";
import type { FileSystem } from "./file-system";
import { Ledger } from "./ledger";
import { packLines, type PreparedLines } from "./pack";
import { cutLines } from "../lines/split";
import { DirectoryLock } from "./lock";
import { DEFAULTS, type WalEvent, type WalOptions, type WalStats } from "./options";
import { Quarantine } from "./quarantine";
import { Reader, type WalRecord } from "./reader";
import { recover, type Recovered } from "./recovery";
import { Serial, syncGate } from "./serial";
import { type Drop, Space } from "./space";
import { SegmentWriter } from "./segment-writer";
import { Stamper } from "./stamp";
import { Upkeep } from "./upkeep";

/** In a large log; in a smaller one less, as what is dropped is dropped by whole segments. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
const RECORD_BYTES = 1024 * 1024;
const MAX_RECORD_LINES = 5_000;

/**
 * A log of line protocol on disk: what was appended is handed out, in order, until it is acknowledged, through every crash.
 * One owner per directory.
 */
export class WalLog {
  readonly directory: string;
  readonly #clock: Clock;
  readonly #fileSystem: FileSystem;
  readonly #onEvent: (event: WalEvent) => void;
  readonly #serial = new Serial();
  readonly #lock: DirectoryLock;
  readonly #cursorFile: CursorFile;
  readonly #ledger: Ledger;
  readonly #writer: SegmentWriter;
  readonly #reader: Reader;
  readonly #space: Space;
  readonly #appender: Appender;
  readonly #deadLetters: DeadLetters;
  readonly #quarantine: Quarantine;
  readonly #recordBytes: number;
  readonly #stamper: Stamper;
  #onKept: () => void = () => undefined;
  readonly #upkeep: Upkeep;
  #closing: Promise<void> | undefined;

  private constructor(
    options: Required<WalOptions>,
    opened: {
      lock: DirectoryLock;
      cursorFile: CursorFile;
      recovered: Recovered;
      quarantine: Quarantine;
      deadLetters: DeadLetters;
    },
  ) {
    const { directory, clock, fileSystem, maxBytes, maxAgeMs, whenFull, joinLines } = options;
    const { recovered, quarantine, deadLetters, cursorFile } = opened;
    this.directory = directory;
    this.#clock = clock;
    this.#fileSystem = fileSystem;
    this.#onEvent = options.onEvent;
    this.#lock = opened.lock;
    this.#cursorFile = cursorFile;
    this.#quarantine = quarantine;
    this.#deadLetters = deadLetters;
    this.#recordBytes = Math.min(RECORD_BYTES, Math.floor(maxBytes / 8));
    const segmentBytes = Math.min(SEGMENT_BYTES, Math.max(maxBytes / 64, this.#recordBytes));
    const ledger = (this.#ledger = new Ledger(recovered.cursor));
    for (const segment of recovered.segments) ledger.found(segment);
    this.#stamper = new Stamper(Math.max(0, ...recovered.segments.map(({ lastAt }) => lastAt)));
    const writer = (this.#writer = new SegmentWriter(
      { ...options, gate: syncGate, segmentBytes },
      ledger,
      recovered.nextSeq,
    ));
    this.#reader = new Reader(
      { fileSystem, directory, quarantine },
      ledger,
      (segment) => segment === writer.active,
      (damage) => this.#onEvent({ kind: "corrupt", ...damage }),
    );
    const onDrop = (drop: Drop) => this.#onEvent({ kind: "dropped", ...drop });
    const parts = {
      fileSystem,
      clock,
      directory,
      maxBytes,
      maxAgeMs,
      ledger,
      writer,
      quarantine,
      deadLetters,
    };
    const release = (name: string) => this.#reader.release(name);
    const space = (this.#space = new Space({ ...parts, onDrop, release }));
    this.#appender = new Appender({
      clock,
      writer,
      space,
      serial: this.#serial,
      whenFull,
      joinLines,
      onProblem: (error) => this.#onEvent({ kind: "durability", error }),
      onKept: () => this.#onKept(),
    });
    for (const finding of recovered.findings) {
      ledger.foundCorrupt(finding.lines);
      this.#onEvent({ kind: "corrupt", ...finding });
    }
    this.#upkeep = new Upkeep({
      clock,
      serial: this.#serial,
      ledger,
      writer,
      space,
      cursorFile,
      takeRequests: () => this.#takeRequeued(),
      onUnsynced: (error) => this.#onEvent({ kind: "durability", error }),
    });
  }

  /**
   * Opens the directory, which is created where it is absent, and repairs what a crash left.
   *
   * @throws LockedError when another log has it, or what the file system says
   */
  static async open(given: WalOptions): Promise<WalLog> {
    const options: Required<WalOptions> = { ...DEFAULTS, ...given };
    const { fileSystem, directory, clock } = options;
    await fileSystem.makeDirectory(directory);
    let log: WalLog | undefined;
    const lock = await DirectoryLock.acquire(fileSystem, clock, directory, (error) => {
      void log?.close();
      options.onEvent({ kind: "lost", error });
    });
    let cursorFile: CursorFile | undefined;
    try {
      const { node, version } = options;
      const quarantine = new Quarantine(fileSystem, `${directory}/quarantine`);
      const deadLetters = new DeadLetters(fileSystem, `${directory}/rejected`, syncGate, { node, version });
      await quarantine.refresh();
      await deadLetters.refresh();
      const cursor = await CursorFile.open(fileSystem, `${directory}/cursor`);
      cursorFile = cursor.file;
      const place = { fileSystem, directory, quarantine };
      const recovered = await recover(place, cursor.position?.seq);
      log = new WalLog(options, { lock, cursorFile, recovered, quarantine, deadLetters });
      return log;
    } catch (error) {
      await cursorFile?.close().catch(() => undefined);
      await lock.release().catch(() => undefined);
      throw error;
    }
  }

  /** Called whenever there is something new to read. */
  onKept(callback: () => void): void {
    this.#onKept = callback;
  }

  /** Gives lines without a timestamp one of their own, see {@link Stamper}. */
  stamp(lines: readonly string[]): { lines: readonly string[]; stamped: number } {
    return this.#stamper.stamp(lines, this.#clock.now());
  }

  /** Keeps sound lines (see `readPayload`) as one or more records. Resolves when they are kept as `sync` promises. */
  append(lines: readonly string[]): Promise<void> {
    return this.appendPrepared(packLines(lines, MAX_RECORD_LINES, this.#recordBytes));
  }

  appendPrepared(records: readonly PreparedLines[]): Promise<void> {
    return this.#appender.append(records);
  }

  /** @returns the next pending record in order, `undefined` when there is none. One call at a time. */
  next(): Promise<WalRecord | undefined> {
    return this.#closing ? Promise.resolve(undefined) : this.#reader.next();
  }

  /**
   * A record reached the database, but for so many lines that the server refused for good.
   *
   * @returns false when that record was not handed out, or is settled already
   */
  ack(seq: number, rejected = 0): boolean {
    return this.#ledger.settle(seq, rejected);
  }

  /** What was handed out and is not acknowledged is handed out again. */
  rewind(): void {
    const at = this.#clock.now();
    const lost = this.#reader.rewind();
    if (lost.lines === 0) return;
    this.#onEvent({
      kind: "dropped",
      ...lost,
      reason: "while being sent",
      bytes: 0,
      inFlight: 0,
      from: at,
      to: at,
    });
  }

  /** Keeps lines that the server refused, with its reason. */
  keepRejected(lines: readonly string[], reason: string): Promise<void> {
    return this.#serial.run(() =>
      this.#deadLetters.keep(
        packLines(lines, MAX_RECORD_LINES, this.#recordBytes),
        reason,
        this.#clock.now(),
      ),
    );
  }

  /** Sends all dead letters again, as new records. @returns how many files */
  async requeueRejected(): Promise<number> {
    const count = await this.#serial.run(() => this.#deadLetters.requeueAll());
    await this.#takeRequeued();
    return count;
  }

  /** Dead letters, newest first, and how many lines there are in all. */
  rejected(limit = 100): Promise<{ lines: number; letters: DeadLetter[] }> {
    return listDeadLetters(this.#fileSystem, this.directory, limit);
  }

  stats(): WalStats {
    const { totals, pending, segments, oldestAt } = this.#ledger;
    return {
      ...totals,
      pending: pending.lines,
      bytes: this.#space.bytes,
      segments: segments.length,
      oldestAt,
      deadLetterBytes: this.#deadLetters.bytes,
      quarantineBytes: this.#quarantine.bytes,
      problem: this.#appender.problem ?? this.#upkeep.problem,
      syncMs: this.#writer.syncLatency,
    };
  }

  /** Ends the log; what was appended is on disk, or its append was rejected. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#upkeep.close();
    this.rewind();
    await this.#appender.close(new Error("the log is closed"));
    await this.#serial.run(async () => {
      await this.#writer.seal().catch(() => this.#writer.seal().catch(() => undefined));
      await this.#upkeep.writeCursor();
      await this.#reader.close();
      await this.#cursorFile.close().catch(() => undefined);
    });
    await this.#lock.release().catch(() => undefined);
  }

  async #takeRequeued(): Promise<void> {
    for (const name of await this.#serial.run(() => this.#deadLetters.requeued())) {
      for await (const { payload } of this.#deadLetters.read(name)) await this.append(cutLines(payload));
      await this.#serial.run(() => this.#deadLetters.remove(name));
    }
  }
}
