import { errorCode, type FileSystem } from "./file-system";

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
