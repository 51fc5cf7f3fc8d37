import type { Clock } from "../time/clock";
import type { DeadLetters } from "./dead-letters";
import { errorCode, type FileSystem } from "./file-system";
import type { Ledger } from "./ledger";
import type { Quarantine } from "./quarantine";
import type { Count, Segment } from "./segment";
import { syncGate } from "./sync-gate";
import type { SegmentWriter } from "./segment-writer";

/** Lines dropped unsent, with the reason. */
export interface Drop extends Count {
  readonly reason: "size" | "age" | "disk full";
  readonly bytes: number;
  /** Further lines on their way, which count as dropped if they are not written. */
  readonly inFlight: number;
  /** Times of the first and last append among them, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** The log is full, and set to refuse lines rather than to drop old ones. */
export class LogFullError extends Error {
  readonly code = "full";

  constructor(message: string) {
    super(message);
    this.name = "LogFullError";
  }
}

interface Parts {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly ledger: Ledger;
  readonly writer: SegmentWriter;
  readonly quarantine: Quarantine;
  readonly deadLetters: DeadLetters;
  readonly onDrop: (drop: Drop) => void;
  /** Called before a segment is removed. */
  readonly release: (name: string) => Promise<void>;
}

/** Share of the log's room for dead letters, and for quarantine. */
export const SIDE_SHARE = 1 / 8;

/** Keeps the directory within its bounds: drops whole segments, oldest first, never the one being written. */
export class Space {
  readonly #parts: Parts;
  /** Retired segments still on disk. */
  readonly #remains = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Size of the directory in bytes. */
  get bytes(): number {
    const { ledger, quarantine, deadLetters } = this.#parts;
    let sum = quarantine.bytes + deadLetters.bytes;
    for (const { bytes } of ledger.segments) sum += bytes;
    for (const bytes of this.#remains.values()) sum += bytes;
    return sum;
  }

  /** Whether so many more bytes stay within the bound. */
  hasRoom(bytes: number): boolean {
    return this.bytes + bytes <= this.#parts.maxBytes;
  }

  /** Makes room by dropping the oldest segments. @throws LogFullError when none may be dropped */
  async makeRoom(bytes: number): Promise<void> {
    if (this.hasRoom(bytes)) return;
    await this.tidy();
    while (!this.hasRoom(bytes)) {
      if (!(await this.dropOldest("size"))) {
        throw new LogFullError(
          `no room for ${bytes} bytes in ${this.#parts.maxBytes}: raise the maximum size`,
        );
      }
    }
  }

  /** Drops the oldest segment. @returns false when none may be dropped */
  async dropOldest(reason: Drop["reason"]): Promise<boolean> {
    // Retired files first: one that cannot be removed must not cost one segment after the other.
    if (this.#remains.size > 0) {
      await this.#clear();
      return true;
    }
    const { ledger, writer } = this.#parts;
    const oldest = ledger.segments[0];
    if (!oldest) return false;
    if (oldest === writer.active) {
      if (reason !== "disk full") return false;
      await writer.seal();
    }
    this.#drop(oldest, reason);
    await this.#clear();
    return true;
  }

  /**
   * Frees room on a full disk: removes acknowledged segments, the newest too, then half of the dead letters and of the
   * quarantine, as lines that may still be written are worth more. @returns false when nothing was freed
   */
  async reclaim(): Promise<boolean> {
    const { ledger, writer, deadLetters, quarantine } = this.#parts;
    const [only, more] = ledger.segments;
    if (only && !more && only.pendingRecords <= 0) {
      await writer.seal();
      return this.dropOldest("disk full");
    }
    if (await quarantine.trim(quarantine.bytes / 2)) return true;
    return deadLetters.trim(deadLetters.bytes / 2);
  }

  /**
   * Drops segments that are too old, removes acknowledged ones, and trims the quarantine. Dead letters trim themselves.
   */
  async tidy(): Promise<void> {
    const { ledger, writer, clock, maxAgeMs, maxBytes, quarantine } = this.#parts;
    if (maxAgeMs > 0) {
      const limit = clock.monotonic() - maxAgeMs;
      for (const segment of [...ledger.segments]) {
        if (segment.keptAt >= limit) break;
        if (segment.pendingRecords === 0) continue;
        if (segment === writer.active) await writer.seal();
        this.#drop(segment, "age");
      }
    }
    for (const { name, bytes } of ledger.retire()) this.#remains.set(name, bytes);
    await this.#clear();
    await quarantine.trim(maxBytes * SIDE_SHARE);
  }

  #drop(segment: Segment, reason: Drop["reason"]): void {
    const { ledger, onDrop } = this.#parts;
    const { bytes, firstAt: from, lastAt: to, name } = segment;
    // Keep the newest file: its name keeps the numbering when the cursor is lost.
    const stays = reason === "age" && ledger.segments.at(-1) === segment;
    const { pendingLines } = segment;
    const lost = ledger.drop(segment, stays);
    const inFlight = pendingLines - lost.lines;
    if (!stays) this.#remains.set(name, bytes);
    if (pendingLines > 0) onDrop({ ...lost, reason, bytes, inFlight, from, to });
  }

  async #clear(): Promise<void> {
    const { fileSystem, directory, release } = this.#parts;
    if (this.#remains.size === 0) return;
    for (const name of this.#remains.keys()) {
      await release(name);
      try {
        await fileSystem.remove(`${directory}/${name}`);
      } catch (error) {
        if (errorCode(error) !== "ENOENT") throw error;
      }
      this.#remains.delete(name);
    }
    await syncGate.run(() => fileSystem.syncDirectory(directory));
  }
}
