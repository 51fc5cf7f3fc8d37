import { errorCode, type FileSystem } from "./file-system";
import { countLines } from "./scan";

/** Files removed to keep a folder within its bound. */
export interface Trimmed {
  readonly folder: "rejected" | "quarantine";
  readonly files: number;
  /** Lines in them, as far as known. */
  readonly lines: number;
}

/** Keeps the files of a directory within a bound; removes the first by name. */
export class BoundedFolder {
  readonly path: string;
  readonly #fileSystem: FileSystem;
  readonly #files = new Map<string, number>();

  constructor(fileSystem: FileSystem, path: string) {
    this.#fileSystem = fileSystem;
    this.path = path;
  }

  get bytes(): number {
    let sum = 0;
    for (const size of this.#files.values()) sum += size;
    return sum;
  }

  /** The files, the first to be removed first. */
  get names(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** Reads the directory. */
  async refresh(): Promise<void> {
    let names: string[] = [];
    try {
      names = await this.#fileSystem.list(this.path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
    this.#files.clear();
    for (const name of names) {
      const info = await this.#fileSystem.info(`${this.path}/${name}`);
      if (info) this.#files.set(name, info.size);
    }
  }

  size(name: string): number | undefined {
    return this.#files.get(name);
  }

  noteSize(name: string, size: number): void {
    this.#files.set(name, size);
  }

  async remove(name: string): Promise<void> {
    await this.#fileSystem.remove(`${this.path}/${name}`).catch((error: unknown) => {
      if (errorCode(error) !== "ENOENT") throw error;
    });
    this.#files.delete(name);
  }

  /**
   * Removes files until no more than `limit` bytes are left.
   *
   * @param order names, the first to be removed first
   * @returns the removed files and lines, `undefined` for none
   */
  async trim(limit: number, order = this.names): Promise<{ files: number; lines: number } | undefined> {
    let [files, lines] = [0, 0];
    for (const name of order) {
      if (this.bytes <= limit) break;
      lines += await this.#linesIn(name).catch(() => 0);
      await this.remove(name);
      files++;
    }
    return files > 0 ? { files, lines } : undefined;
  }

  async #linesIn(name: string): Promise<number> {
    const file = await this.#fileSystem.open(`${this.path}/${name}`, "read");
    try {
      return await countLines(file, 0, this.size(name) ?? 0);
    } finally {
      await file.close();
    }
  }
}
