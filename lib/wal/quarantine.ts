import { BoundedFolder } from "./bounded-folder";
import { readFully, type WalFile, writeFully } from "./file-system";
import { syncGate } from "./serial";

const COPY_BYTES = 256 * 1024;

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
