import { BoundedFolder, type Trimmed } from "./bounded-folder";
import { type FileSystem, readFully, type WalFile, writeFully } from "./file-system";
import { syncGate } from "./sync-gate";

const COPY_BYTES = 256 * 1024;

/** Keeps damaged bytes unchanged for inspection: never deleted silently, never sent. */
export class Quarantine {
  readonly #fileSystem: FileSystem;
  readonly #folder: BoundedFolder;
  readonly #onTrimmed: (trimmed: Trimmed) => void;

  constructor(fileSystem: FileSystem, path: string, onTrimmed: (trimmed: Trimmed) => void = () => undefined) {
    this.#fileSystem = fileSystem;
    this.#folder = new BoundedFolder(fileSystem, path);
    this.#onTrimmed = onTrimmed;
  }

  get bytes(): number {
    return this.#folder.bytes;
  }

  refresh(): Promise<void> {
    return this.#folder.refresh();
  }

  /** Removes the oldest files down to `limit` bytes, with an event. @returns whether any was removed */
  async trim(limit: number): Promise<boolean> {
    const removed = await this.#folder.trim(limit);
    if (removed) this.#onTrimmed({ folder: "quarantine", ...removed });
    return removed !== undefined;
  }

  /** Copies a range of a segment. @returns false when it was copied, so reported, before */
  async keep(file: WalFile, segment: string, from: number, to: number): Promise<boolean> {
    const { path } = this.#folder;
    const name = `${segment}.${from}-${to}`;
    if (this.#folder.size(name) === to - from) return false;
    await this.#fileSystem.makeDirectory(path);
    const target = `${path}/${name}`;
    // Remove half a copy of an earlier try.
    if (await this.#fileSystem.info(target)) await this.#fileSystem.remove(target);
    const copy = await this.#fileSystem.open(target, "create");
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
    await syncGate.run(() => this.#fileSystem.syncDirectory(path));
    this.#folder.noteSize(name, to - from);
    return true;
  }

  /** Moves a whole file here. */
  async take(path: string, name: string): Promise<void> {
    await this.#fileSystem.makeDirectory(this.#folder.path);
    const size = (await this.#fileSystem.info(path))?.size ?? 0;
    let free = name;
    for (let n = 2; await this.#fileSystem.info(`${this.#folder.path}/${free}`); n++) free = `${name}.${n}`;
    await this.#fileSystem.rename(path, `${this.#folder.path}/${free}`);
    this.#folder.noteSize(free, size);
  }
}
