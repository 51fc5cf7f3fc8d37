import { errorCode, type FileSystem, readFully, type WalFile, writeFully } from "./file-system";
import { syncGate } from "./serial";

const COPY_BYTES = 256 * 1024;

/** Keeps files of a directory within a bound, oldest name first out. */
export class BoundedFolder {
  readonly #files = new Map<string, number>();
  protected readonly fileSystem: FileSystem;
  protected readonly path: string;

  constructor(fileSystem: FileSystem, path: string) {
    this.fileSystem = fileSystem;
    this.path = path;
  }

  get bytes(): number {
    let sum = 0;
    for (const size of this.#files.values()) sum += size;
    return sum;
  }

  /** Names, oldest first. */
  get names(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** Looks at what is there. */
  async refresh(): Promise<void> {
    this.#files.clear();
    let names: string[] = [];
    try {
      names = await this.fileSystem.list(this.path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
    for (const name of names) {
      const info = await this.fileSystem.info(`${this.path}/${name}`);
      if (info) this.#files.set(name, info.size);
    }
  }

  /** Removes the oldest files until no more than `limit` bytes are left, but for the newest. @returns what was removed */
  async trim(limit: number): Promise<string[]> {
    const removed: string[] = [];
    for (const name of this.names.slice(0, -1)) {
      if (this.bytes <= limit) break;
      await this.fileSystem.remove(`${this.path}/${name}`);
      this.#files.delete(name);
      removed.push(name);
    }
    return removed;
  }

  protected size(name: string): number | undefined {
    return this.#files.get(name);
  }

  protected noteSize(name: string, size: number): void {
    this.#files.set(name, size);
  }

  protected forget(name: string): void {
    this.#files.delete(name);
  }
}

/** Damaged bytes, kept word for word for whoever wants to look at them: never deleted silently, never sent. */
export class Quarantine extends BoundedFolder {
  /** Copies a range of a segment. @returns false when it was there already, so was reported before */
  async keep(file: WalFile, segment: string, from: number, to: number): Promise<boolean> {
    const name = `${segment}.${from}-${to}`;
    if (this.size(name) === to - from) return false;
    await this.fileSystem.makeDirectory(this.path);
    const path = `${this.path}/${name}`;
    // Half a copy of an earlier try.
    if (await this.fileSystem.info(path)) await this.fileSystem.remove(path);
    const copy = await this.fileSystem.open(path, "create");
    try {
      const chunk = Buffer.allocUnsafe(Math.min(COPY_BYTES, to - from));
      for (let at = from; at < to; at += chunk.length) {
        const count = await readFully(file, chunk.subarray(0, Math.min(chunk.length, to - at)), at);
        if (count === 0) break;
        await writeFully(copy, [chunk.subarray(0, count)], at - from);
      }
      await syncGate.run(() => copy.sync());
    } finally {
      await copy.close();
    }
    await syncGate.run(() => this.fileSystem.syncDirectory(this.path));
    this.noteSize(name, to - from);
    return true;
  }

  /** Moves a whole file here. */
  async take(path: string, name: string): Promise<void> {
    await this.fileSystem.makeDirectory(this.path);
    const size = (await this.fileSystem.info(path))?.size ?? 0;
    await this.fileSystem.rename(path, `${this.path}/${name}`);
    this.noteSize(name, size);
  }
}
