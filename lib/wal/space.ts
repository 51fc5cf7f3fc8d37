import type { Clock } from "../time/clock";
import type { DeadLetters } from "./dead-letters";
import { errorCode, type FileSystem } from "./file-system";
import type { Ledger } from "./ledger";
import type { Quarantine } from "./quarantine";
import type { Count, Segment } from "./segment";
import { syncGate } from "./sync-gate";
import type { SegmentWriter } from "./segment-writer";

/** Lines that were given up unsent, and why. */
export interface Drop extends Count {
  readonly reason: "size" | "age" | "disk full";
  readonly bytes: number;
  /** Further lines, that are on their way: they count as dropped if they do not arrive. */
  readonly inFlight: number;
  /** When the first and the last of them were appended, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** The log has no room, and was told to refuse rather than to drop. */
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

/** Dead letters and quarantine may each take this part of the whole. */
export const SIDE_SHARE = 1 / 8;

/** Keeps the directory within its bounds: whole segments go, oldest first, never the one that is being written. */
export class Space {
  readonly #parts: Parts;
  /** Segments that are done with, and still on disk. */
  readonly #remains = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** All that the directory takes, in bytes. */
  get bytes(): number {
    const { ledger, quarantine, deadLetters } = this.#parts;
    let sum = quarantine.bytes + deadLetters.bytes;
    for (const { bytes } of ledger.segments) sum += bytes;
    for (const bytes of this.#remains.values()) sum += bytes;
    return sum;
  }

  /** Whether so many bytes more stay within the bound. */
  hasRoom(bytes: number): boolean {
    return this.bytes + bytes <= this.#parts.maxBytes;
  }

  /** Makes room by dropping the oldest segments. @throws LogFullError when there is nothing that may be dropped */
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

  /** @returns false when there is no segment that may be dropped */
  async dropOldest(reason: Drop["reason"]): Promise<boolean> {
    // First what is done with anyway: a file that cannot be removed must not cost one segment after the other.
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
   * On a full disk: removes what is acknowledged, the newest segment too, then half of the dead letters and of the
   * quarantine, as lines that may still be written are worth more. @returns false when there is nothing
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

  /** Drops what is too old, removes what is acknowledged, and trims the quarantine. Dead letters trim themselves. */
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
    // The newest file keeps the numbering, should the cursor be lost.
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
