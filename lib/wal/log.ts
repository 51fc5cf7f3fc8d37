import { adopt, adoptionRequests, forgetRequests } from "./adopt";
import { assemble, type LogParts } from "./assemble";
import { type DeadLetter, listDeadLetters } from "./dead-letter-files";
import { limited } from "./limited-file-system";
import { DirectoryLock } from "./lock";
import { type Adopted, DEFAULTS, type Requeued, type WalOptions, type WalStats } from "./options";
import { packLines, type PreparedLines } from "./pack";
import type { WalRecord } from "./reader";
import { RejectedPoints } from "./rejected-points";
import { Requeue } from "./requeue";
import type { Refused } from "./settling";
import { asError } from "../terms/as-error";
import { TOO_OLD_CODE } from "../terms/messages";

const MAX_RECORD_LINES = 5_000;
/** Bound of one log's calls to its disk: Node has four threads for all. */
const CALLS_AT_ONCE = 2;

/**
 * A log of line protocol on disk: appended records are handed out in order until they are acknowledged, through every
 * crash. Format: `docs/wal1.md`, in code `format.ts`.
 *
 * Invariants
 * - `appended = acked + rejected + dropped + corrupt + pending`, in lines, after every call (`ledger.ts`).
 * - An append resolves when its record is durable as `sync` promises; from then on the record is delivered, or counted
 *   as rejected, dropped or corrupt, with an event.
 * - Records have numbers that grow and are never used twice. They are handed out in their order; after `rewind` from the
 *   oldest one on that is not settled.
 * - Memory does not grow with the backlog: records are read back from disk when they are sent, not kept.
 * - Whatever lies in the directory, opening succeeds: damage goes to `quarantine/`, with an event. An error that is not
 *   about content (no descriptor, no permission, a lost mount) gives nothing up: it is tried again.
 *
 * Lock (`lock.ts`): one owner per directory. The owner touches `LOCK` every 5 s; another process watches it for 20 s by
 * its own monotonic clock. An owner that stood still checks the lock before it writes, and again before it confirms;
 * once the lock is lost it writes nothing more. The new owner skips numbers, so that both never use the same one.
 *
 * Sync (`segment-writer.ts`): one write and one fdatasync for all waiting records (group commit). After a failed sync
 * the file is given up, as the kernel may have dropped the pages: unconfirmed records are written again, to a new file.
 * A created file counts once its directory is synced. Syncs of all logs share the threads of the process
 * (`sync-gate.ts`).
 *
 * Cursor (`cursor.ts`): a hint, never synced. Too old a one costs duplicates, which overwrite themselves, since every
 * line has a timestamp. Segments are removed when nothing in them is pending; the newest stays, for its number.
 *
 * Dead letters (`dead-letters.ts`): a record with refused lines is settled when these are on disk. They have a queue of
 * their own and an eighth of the room; the oldest are removed, with an event.
 */
export class WalLog {
  readonly directory: string;
  readonly #options: Required<WalOptions>;
  readonly #lock: DirectoryLock;
  readonly #points: RejectedPoints;
  #parts!: LogParts;
  #requeue!: Requeue;
  #onKept: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: Required<WalOptions>, lock: DirectoryLock) {
    this.directory = options.directory;
    this.#options = options;
    this.#lock = lock;
    this.#points = new RejectedPoints(options.clock);
  }

  /**
   * Opens the directory, creates it where absent, and recovers it after a crash.
   *
   * @throws LockedError when another log has it; errors of the file system
   */
  static async open(given: WalOptions): Promise<WalLog> {
    const all: Required<WalOptions> = { ...DEFAULTS, ...given };
    const options = { ...all, fileSystem: limited(all.fileSystem, CALLS_AT_ONCE) };
    const { fileSystem, directory, clock } = options;
    await fileSystem.makeDirectory(directory);
    let log: WalLog | undefined;
    const lock = await DirectoryLock.acquire(fileSystem, clock, directory, (error) => {
      void log?.close();
      options.onEvent({ kind: "lost", error });
    });
    const opening = new WalLog(options, lock);
    try {
      opening.#parts = await assemble(options, lock, {
        onKept: () => opening.#onKept(),
        takeRequests: () => opening.#takeRequests(),
      });
      const { deadLetters, quarantine } = opening.#parts;
      opening.#requeue = new Requeue({
        ...{ deadLetters, quarantine, points: opening.#points, onEvent: options.onEvent },
        append: (lines) => opening.append(lines),
      });
      return (log = opening);
    } catch (error) {
      await lock.release().catch(() => undefined);
      throw error;
    }
  }

  /** Sets a callback for new records. */
  onKept(callback: () => void): void {
    this.#onKept = callback;
  }

  /** Gives lines without a timestamp one, see `stamp.ts`. */
  stamp(lines: readonly string[]): { lines: readonly string[]; stamped: number } {
    return this.#parts.stamper.stamp(lines, this.#options.clock.now());
  }

  /** Keeps sound lines (see `readPayload`) as one or more records. Resolves when they are kept as `sync` promises. */
  append(lines: readonly string[]): Promise<void> {
    return this.appendPrepared(this.#pack(lines));
  }

  /** As {@link append}, of lines that are packed already: benches measure the log alone. */
  appendPrepared(records: readonly PreparedLines[]): Promise<void> {
    return this.#parts.appender.append(records);
  }

  /** @returns the next pending record in order, `undefined` when there is none. One call at a time. */
  next(): Promise<WalRecord | undefined> {
    return this.#closing ? Promise.resolve(undefined) : this.#parts.reader.next();
  }

  /** The first pending record numbered `seq` or higher, without handing it out. */
  peek(seq: number): Promise<WalRecord | undefined> {
    return this.#closing ? Promise.resolve(undefined) : this.#parts.reader.peek(seq);
  }

  /**
   * Acknowledges a record: it was written, except `rejected` lines that the server refused for good.
   *
   * @returns false when it was not handed out, or is settled already
   */
  ack(seq: number, rejected = 0): boolean {
    return this.#parts.ledger.settle(seq, rejected);
  }

  /** Notes written lines, all but the refused: dead letters of the same points are out of date. */
  written(lines: readonly string[], refused: ReadonlySet<number>): void {
    this.#points.written(lines, refused);
  }

  /** The number that the next record will have. */
  get nextSeq(): number {
    return this.#parts.writer.nextSeq;
  }

  /** Hands out again all records that are not acknowledged. */
  rewind(): void {
    const at = this.#options.clock.now();
    const lost = this.#parts.reader.rewind();
    if (lost.lines === 0) return;
    const when = { bytes: 0, inFlight: 0, from: at, to: at };
    this.#options.onEvent({ kind: "dropped", ...lost, reason: "while being sent", ...when });
  }

  /** Keeps refused lines with the server's reasons. Resolves when they are on disk. */
  async keepRejected(refused: readonly Refused[]): Promise<void> {
    const { deadLetters } = this.#parts;
    const kept = refused.map(({ lines, reason, code }) =>
      deadLetters.keep({ records: this.#pack(lines), reason, tooOld: code === TOO_OLD_CODE }),
    );
    await Promise.all(kept);
    for (const { lines } of refused) this.#points.rejected(lines);
  }

  /** Sends all dead letters again as new records, except those that are out of date. */
  async requeueRejected(): Promise<Requeued> {
    await this.#parts.deadLetters.requeueAll();
    const { sum, error } = await this.#requeue.run();
    if (error) throw error;
    return sum;
  }

  /** Reads the newest dead letters, newest first, and counts the lines of all. */
  rejected(limit = 100): Promise<{ lines: number; letters: DeadLetter[] }> {
    return listDeadLetters(this.#options.fileSystem, this.directory, limit);
  }

  /**
   * Hands out all dead letters; removes each file after its last one.
   *
   * @throws what the disk says of the first file that cannot be read, after all others
   */
  async *takeDeadLetters(): AsyncGenerator<DeadLetter> {
    const { deadLetters, quarantine } = this.#parts;
    await deadLetters.requeueAll();
    const errors: unknown[] = [];
    for (const name of await deadLetters.requeued()) {
      const found = await deadLetters.read(name).catch((error: unknown) => void errors.push(error));
      if (!found) continue;
      yield* found.letters;
      if (found.isDamaged) await quarantine.take(`${deadLetters.path}/${name}`, name);
      await deadLetters.remove(name);
    }
    if (errors.length > 0) throw asError(errors[0]);
  }

  /**
   * Takes over the records and dead letters of a node that is gone.
   *
   * @throws LockedError when its log is in use
   */
  async adopt(directory: string): Promise<Adopted> {
    const { fileSystem, clock, node, version } = this.#options;
    return adopt(this, await WalLog.open({ directory, fileSystem, clock, node, version }), fileSystem);
  }

  stats(): WalStats {
    const { ledger, space, deadLetters, quarantine, appender, upkeep, writer } = this.#parts;
    return {
      ...ledger.totals,
      pending: ledger.pending.lines,
      bytes: space.bytes,
      segments: ledger.segments.length,
      oldestAt: ledger.oldestAt,
      deadLetterBytes: deadLetters.bytes,
      quarantineBytes: quarantine.bytes,
      problem: appender.problem ?? upkeep.problem,
      syncMs: writer.syncLatency,
    };
  }

  /** Closes the log; every append is on disk or rejected then. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { serial, upkeep, appender, deadLetters, writer, reader, cursorFile } = this.#parts;
    upkeep.close();
    this.rewind();
    const error = new Error("the log is closed");
    await Promise.all([appender.close(error), deadLetters.close(error)]);
    const ours = await this.#lock.assertOwned().then(
      () => true,
      () => false,
    );
    await serial.run(async () => {
      if (ours) {
        await writer.seal().catch(() => writer.seal().catch(() => undefined));
        await upkeep.writeCursor();
      }
      await writer.leave();
      await reader.close();
      await cursorFile.close().catch(() => undefined);
    });
    await this.#lock.release().catch(() => undefined);
  }

  #pack(lines: readonly string[]): PreparedLines[] {
    return packLines(lines, MAX_RECORD_LINES, this.#parts.recordBytes);
  }

  /** Carries out requests of the tool. */
  async #takeRequests(): Promise<void> {
    await this.#requeue.run();
    const { fileSystem, onEvent } = this.#options;
    const requests = await adoptionRequests(fileSystem, this.directory);
    if (requests.length === 0) return;
    await forgetRequests(fileSystem, this.directory);
    for (const directory of requests) {
      try {
        onEvent({ kind: "adopted", ...(await this.adopt(directory)) });
      } catch (caught) {
        const error = asError(caught);
        onEvent({ kind: "adopted", directory, lines: 0, deadLetters: 0, error });
      }
    }
  }
}
