import type { Clock, Timer } from "../time/clock";
import { BoundedFolder, type Trimmed } from "./bounded-folder";
import {
  type DeadLetterFile,
  deadLetterName,
  goodEnd,
  isRequeued,
  newestPart,
  readDeadLetters,
  requeueFiles,
  trimOrder,
} from "./dead-letter-files";
import { type FileSystem, isOutOfSpace, writeFully } from "./file-system";
import { plainReason, recordHeader, segmentHeader } from "./format";
import type { PreparedLines } from "./pack";
import { isBadSector } from "./salvage";
import { Serial } from "./serial";
import { syncGate } from "./sync-gate";
import { asError } from "../terms/as-error";

/** Lines refused for one reason, ready to be written. */
export interface Letter {
  readonly records: readonly PreparedLines[];
  readonly reason: string;
  /** Refused as too old: the first to be removed. */
  readonly tooOld: boolean;
}

interface Options {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly path: string;
  readonly node: string;
  readonly version: string;
  /** Bound of all files together; one file has at most an eighth of it. */
  readonly maxBytes: number;
  /** @throws when another process has taken the directory over */
  readonly assertOwned: () => Promise<void>;
  readonly onTrimmed: (trimmed: Trimmed) => void;
}

interface Waiting {
  readonly letter: Letter;
  readonly bytes: number;
  /** By the monotonic clock. */
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const RETRY_MS = 3_000;
/** How long writing a letter is tried: the records behind the one that waits for it must not wait for ever. */
const PATIENCE_MS = 45_000;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const MAX_GROUP_BYTES = 4 * 1024 * 1024;
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Keeps lines that the server refused for good in files beside the log. They have a queue of their own, so that they
 * never delay appends; letters that arrive during a write share the next one.
 */
export class DeadLetters {
  readonly #options: Options;
  readonly #folder: BoundedFolder;
  readonly #serial = new Serial();
  readonly #waiting: Waiting[] = [];
  /** Ends of written files, so that they need not be read again. */
  readonly #ends = new Map<string, { end: number; last: number }>();
  #waitingBytes = 0;
  #running = false;
  #closed: Error | undefined;
  #retry: { timer: Timer; wake: () => void } | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#folder = new BoundedFolder(options.fileSystem, options.path);
  }

  get path(): string {
    return this.#options.path;
  }

  get bytes(): number {
    return this.#folder.bytes;
  }

  refresh(): Promise<void> {
    return this.#serial.run(() => this.#folder.refresh());
  }

  /** Resolves when the letter is on disk; rejects when it never will be. */
  keep(letter: Letter): Promise<void> {
    const bytes = letter.records.reduce((sum, { payload }) => sum + payload.length, 0);
    if (this.#closed) return Promise.reject(this.#closed);
    if (this.#waiting.length > 0 && this.#waitingBytes + bytes > MAX_WAITING_BYTES)
      return Promise.reject(new Error("too many dead letters wait for the disk"));
    this.#waitingBytes += bytes;
    const since = this.#options.clock.monotonic();
    const kept = new Promise<void>((resolve, reject) =>
      this.#waiting.push({ letter, bytes, since, resolve, reject }),
    );
    if (!this.#running) void this.#run();
    return kept;
  }

  /** Marks all files to be sent again. @returns how many */
  requeueAll(): Promise<number> {
    return this.#serial.run(async () => {
      await this.#folder.refresh();
      return requeueFiles(this.#options.fileSystem, this.#options.path, this.#folder.names);
    });
  }

  /** Files marked to be sent again, oldest first; they are no longer written to. */
  requeued(): Promise<string[]> {
    return this.#serial.run(async () => {
      await this.#folder.refresh();
      return trimOrder(this.#folder.names.filter(isRequeued));
    });
  }

  /**
   * @param readsOn whether it is read without the places that the disk does not give
   * @throws what the disk says, with the name of the file
   */
  read(name: string, readsOn = false): Promise<DeadLetterFile> {
    return readDeadLetters(this.#options.fileSystem, this.#options.path, name, readsOn);
  }

  remove(name: string): Promise<void> {
    return this.#serial.run(() => this.#folder.remove(name));
  }

  /** Removes the oldest letters down to `limit` bytes. @returns whether any was removed */
  trim(limit: number): Promise<boolean> {
    return this.#serial.run(() => this.#trim(limit));
  }

  /** Tries waiting letters once more, and rejects those that cannot be kept. */
  async close(error: Error): Promise<void> {
    this.#closed = error;
    this.#retry?.wake();
    while (this.#running) await this.#serial.run(() => new Promise((resolve) => setImmediate(resolve)));
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Group all letters of this turn of the event loop.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#group();
      try {
        await this.#serial.run(() => this.#write(group));
        for (const { resolve } of this.#take(group)) resolve();
      } catch (caught) {
        const error = asError(caught);
        const tooLate = this.#options.clock.monotonic() - PATIENCE_MS;
        const given = this.#closed ? group : group.filter(({ since }) => since <= tooLate);
        for (const { reject } of this.#take(given)) reject(error);
        if (!this.#closed) await this.#pause();
      }
    }
    this.#running = false;
  }

  #group(): Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((one, index) => {
      bytes += one.bytes;
      return index > 0 && bytes > MAX_GROUP_BYTES;
    });
    return this.#waiting.slice(0, end < 0 ? undefined : end);
  }

  #take(group: readonly Waiting[]): readonly Waiting[] {
    this.#waiting.splice(0, group.length);
    for (const { bytes } of group) this.#waitingBytes -= bytes;
    return group;
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    const { assertOwned, fileSystem, path, maxBytes } = this.#options;
    await assertOwned();
    await fileSystem.makeDirectory(path);
    const letters = group.map(({ letter }) => letter);
    for (const tooOld of [true, false]) {
      const some = letters.filter((letter) => letter.tooOld === tooOld);
      if (some.length === 0) continue;
      await this.#append(some, tooOld).catch(async (error: unknown) => {
        // Make room at the cost of the oldest letters, never of lines that may still be written.
        if (!isOutOfSpace(error) || !(await this.#trim(this.bytes / 2))) throw error;
        await this.#append(some, tooOld);
      });
    }
    // A file that cannot be removed now is removed next time.
    await this.#trim(maxBytes).catch(() => false);
  }

  async #append(letters: readonly Letter[], tooOld: boolean): Promise<void> {
    const { fileSystem, clock, node, version, path } = this.#options;
    const now = clock.now();
    const { name, end, last, isNew } = await this.#place(now, tooOld);
    const file = await fileSystem.open(`${path}/${name}`, isNew ? "create" : "update");
    this.#ends.delete(name);
    try {
      const head = end === 0 ? [segmentHeader(last + 1, now, node, version)] : [];
      let seq = last;
      const records = letters.flatMap(({ records: some, reason }) =>
        some.flatMap(({ payload, lines }) => {
          const header = { seq: ++seq, t: now, lines, bytes: payload.length, reason: plainReason(reason) };
          return [recordHeader(header, payload), payload];
        }),
      );
      // Write behind the last whole record: a crash may have left half of one, or a user edited the file.
      if (!isNew) await file.truncate(end);
      await writeFully(file, [...head, ...records], end);
      await syncGate.run(() => file.sync());
      const size = [...head, ...records].reduce((sum, { length }) => sum + length, end);
      this.#folder.noteSize(name, size);
      this.#ends.clear();
      this.#ends.set(name, { end: size, last: seq });
    } finally {
      await file.close();
    }
    if (isNew) await syncGate.run(() => fileSystem.syncDirectory(path));
  }

  /** The newest file of this hour that has room, or the next one. */
  async #place(now: number, tooOld: boolean) {
    const { fileSystem, path, maxBytes } = this.#options;
    const full = Math.min(MAX_FILE_BYTES, maxBytes / 8);
    for (let part = newestPart(this.#folder.names, now, tooOld); ; part++) {
      const name = deadLetterName(now, tooOld, part);
      const info = await fileSystem.info(`${path}/${name}`);
      if (!info) return { name, end: 0, last: 0, isNew: true };
      if (info.size >= full) continue;
      const known = this.#ends.get(name);
      const found =
        known?.end === info.size
          ? known
          : await goodEnd(fileSystem, `${path}/${name}`).catch((error: unknown) => {
              // What cannot be read cannot be written behind: the next part takes it.
              if (!isBadSector(error)) throw error;
            });
      if (found) return { name, ...found, isNew: false };
    }
  }

  async #trim(limit: number): Promise<boolean> {
    const removed = await this.#folder.trim(limit, trimOrder(this.#folder.names));
    if (removed) this.#options.onTrimmed({ folder: "rejected", ...removed });
    return removed !== undefined;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#retry?.timer.cancel();
        this.#retry = undefined;
        resolve();
      };
      this.#retry = { timer: this.#options.clock.after(RETRY_MS, wake), wake };
    });
  }
}
