import type { Clock, Timer } from "../time/clock";
import { isOutOfSpace } from "./file-system";
import { joinSmall, type PreparedLines } from "./pack";
import { LockedError } from "./lock";
import type { Serial } from "./serial";
import { LogFullError, type Space } from "./space";
import type { SegmentWriter } from "./segment-writer";
import { asError } from "../terms/as-error";

/** What to do when the log or the disk is full. */
export type FullPolicy = "drop-oldest" | "reject";

interface Waiting {
  readonly record: PreparedLines;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Parts {
  readonly clock: Clock;
  readonly writer: SegmentWriter;
  readonly space: Space;
  readonly serial: Serial;
  readonly whenFull: FullPolicy;
  readonly joinLines: number;
  /** Called when records cannot be kept, and with `undefined` when they can again. */
  readonly onProblem: (error: Error | undefined) => void;
  /** @throws when another process has taken the directory over */
  readonly assertOwned: () => Promise<void>;
  readonly onKept: () => void;
}

const RETRY_MS = 3_000;
/** Room in memory while the disk refuses; further lines are refused. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** Room in memory in a burst, while the disk works. */
const MAX_BURST_BYTES = 64 * 1024 * 1024;
/** A disk that takes longer for one group counts as hanging. */
const HANGING_MS = 10_000;
const MAX_GROUP_BYTES = 4 * 1024 * 1024;
/** Bounds a group: all its records are confirmed in one go, which holds up everything else. */
const MAX_GROUP_RECORDS = 500;
/** In a burst of more appends, small ones are joined: headers and messages would be most of the cost. */
const BURST = 16;
const JOINED_BYTES = 128 * 1024;
/** Room for a record's header line. */
const HEADER_ROOM = 128;

/**
 * Group commit: records that arrive during a write and its sync share the next one. While the disk refuses, records
 * wait in memory, unconfirmed, and are tried again.
 */
export class Appender {
  readonly #parts: Parts;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running = false;
  #closed: Error | undefined;
  #problem: Error | undefined;
  #retry: { timer: Timer; wake: () => void } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Why records are not kept at present. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Resolves when the records are kept as the log's sync mode promises; rejects when they never will be. */
  async append(records: readonly PreparedLines[]): Promise<void> {
    if (this.#closed) throw this.#closed;
    const bytes = records.reduce((sum, { payload }) => sum + payload.length, 0);
    const limit = this.#problem ? MAX_WAITING_BYTES : MAX_BURST_BYTES;
    if (this.#waiting.length > 0 && this.#waitingBytes + bytes > limit) {
      const why = this.#problem?.message ?? "the disk does not keep up";
      throw new Error(`not kept: ${why}; and memory for waiting lines is full`);
    }
    const kept = records.map(
      (record) => new Promise<void>((resolve, reject) => this.#waiting.push({ record, resolve, reject })),
    );
    this.#waitingBytes += bytes;
    if (!this.#running) void this.#run();
    const failed = (await Promise.allSettled(kept)).find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** Tries waiting records once more, and rejects those that cannot be kept. */
  async close(error: Error): Promise<void> {
    this.#closed = error;
    this.#retry?.wake();
    await this.#parts.serial.run(() => Promise.resolve());
    while (this.#running) await this.#parts.serial.run(() => new Promise((resolve) => setImmediate(resolve)));
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Group all appends of this turn of the event loop.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#group();
      const hanging = this.#parts.clock.after(HANGING_MS, () =>
        this.#report(new Error(`the disk has not answered for ${HANGING_MS / 1_000} s`)),
      );
      try {
        await this.#parts.serial.run(() => this.#keep(group)).finally(() => hanging.cancel());
        this.#settle(group, undefined);
        this.#report(undefined);
        this.#parts.onKept();
      } catch (caught) {
        const error = asError(caught);
        const full =
          error instanceof LogFullError || (isOutOfSpace(error) && this.#parts.whenFull === "reject");
        if (full || this.#closed) this.#settle(group, error);
        this.#report(error);
        if (!full && !this.#closed) await this.#pause();
      }
    }
    this.#running = false;
  }

  #group(): Waiting[] {
    const { whenFull, space } = this.#parts;
    const group: Waiting[] = [];
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const size = waiting.record.payload.length + HEADER_ROOM;
      const fits = whenFull === "drop-oldest" || space.hasRoom(bytes + size);
      if (group.length > 0 && (bytes + size > MAX_GROUP_BYTES || !fits)) break;
      if (group.length >= MAX_GROUP_RECORDS) break;
      group.push(waiting);
      bytes += size;
    }
    return group;
  }

  async #keep(group: readonly Waiting[]): Promise<void> {
    const { space, writer, whenFull, joinLines, assertOwned } = this.#parts;
    const given = group.map(({ record }) => record);
    const records = group.length > BURST ? joinSmall(given, joinLines, JOINED_BYTES) : given;
    const bytes = records.reduce((sum, { payload }) => sum + payload.length + HEADER_ROOM, 0);
    let retried = false;
    for (;;) {
      try {
        if (whenFull === "drop-oldest") await space.makeRoom(bytes);
        else await this.#refuseIfFull(bytes);
        await assertOwned();
        await writer.append(records);
        return await assertOwned();
      } catch (error) {
        if (error instanceof LogFullError || error instanceof LockedError) throw error;
        if (isOutOfSpace(error)) {
          // Smaller segments: less is dropped at once.
          writer.shrinkSegments();
          if (await space.reclaim()) continue;
          if (whenFull === "reject" || !(await space.dropOldest("disk full"))) throw error;
        } else if (retried) {
          throw error;
        } else {
          // The writer gave its segment up: the second try goes to a new one.
          retried = true;
        }
      }
    }
  }

  async #refuseIfFull(bytes: number): Promise<void> {
    const { space } = this.#parts;
    if (space.hasRoom(bytes)) return;
    await space.tidy();
    if (!space.hasRoom(bytes)) {
      throw new LogFullError("the log is full and set to reject: raise its size, or let it drop the oldest");
    }
  }

  #settle(group: readonly Waiting[], error: Error | undefined): void {
    this.#waiting.splice(0, group.length);
    for (const { record, resolve, reject } of group) {
      this.#waitingBytes -= record.payload.length;
      if (error) reject(error);
      else resolve();
    }
  }

  #report(problem: Error | undefined): void {
    const changed = this.#problem?.message !== problem?.message;
    this.#problem = problem;
    if (changed) this.#parts.onProblem(problem);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#retry?.timer.cancel();
        this.#retry = undefined;
        resolve();
      };
      this.#retry = { timer: this.#parts.clock.after(RETRY_MS, wake), wake };
    });
  }
}
