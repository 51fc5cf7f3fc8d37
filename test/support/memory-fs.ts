import type { Clock } from "../../lib/time/clock";
import type { FileInfo, FileSystem, OpenMode, WalFile } from "../../lib/wal/file-system";

const SECTOR = 512;

/** One call, as the fault hook sees it; `n` counts from 0. */
export interface Call {
  readonly n: number;
  readonly op: string;
  readonly path: string;
  /** Which bytes are read. */
  readonly from?: number;
  readonly to?: number;
}

interface Inode {
  data: Buffer;
  /** What a power cut leaves for certain. */
  durable: Buffer;
  mtimeMs: number;
  /** A sync of it failed: the kernel has dropped the pages, and later syncs lie. */
  poisoned: boolean;
}

/**
 * A file system that remembers what was synced, and forgets the rest, more or less, in a crash. Any call can be made to
 * fail with an error code, or, for writes, to be cut short.
 */
export class MemoryFs implements FileSystem {
  readonly #clock: Clock;
  readonly #files = new Map<string, Inode>();
  readonly #durableNames = new Map<string, Inode>();
  readonly #directories = new Set<string>();
  #dead = false;
  calls = 0;
  /** Bytes that all files may take together. */
  capacity = Infinity;
  fault: ((call: Call) => string | undefined) | undefined;
  /** For the negative control: syncing does nothing. */
  syncLies = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get used(): number {
    return [...this.#files.values()].reduce((sum, { data }) => sum + data.length, 0);
  }

  /** Contents by path, for looking and for damaging. */
  get contents(): ReadonlyMap<string, { data: Buffer }> {
    return this.#files;
  }

  /** Puts a file there, safely on disk. */
  put(path: string, data: Buffer): void {
    const inode = {
      data: Buffer.from(data),
      durable: Buffer.from(data),
      mtimeMs: this.#clock.now(),
      poisoned: false,
    };
    this.#files.set(path, inode);
    this.#durableNames.set(path, inode);
    this.#directories.add(path.slice(0, path.lastIndexOf("/")));
  }

  /** Cuts the power: chance decides what stays of unsynced bytes. The old file system fails from now on. */
  crash(random: () => number): MemoryFs {
    this.#dead = true;
    const after = new MemoryFs(this.#clock);
    after.capacity = this.capacity;
    after.syncLies = this.syncLies;
    for (const directory of this.#directories) after.#directories.add(directory);
    const names = new Set([...this.#files.keys(), ...this.#durableNames.keys()]);
    for (const path of names) {
      const inode = random() < 0.5 ? this.#files.get(path) : this.#durableNames.get(path);
      const certain = this.#files.get(path) === this.#durableNames.get(path);
      const found = certain ? this.#files.get(path) : inode;
      if (found) after.put(path, remains(found, random));
    }
    return after;
  }

  makeDirectory(path: string): Promise<void> {
    return this.#call("makeDirectory", path, () => void this.#directories.add(path));
  }

  list(path: string): Promise<string[]> {
    return this.#call("list", path, () => {
      if (!this.#directories.has(path)) throw failure("ENOENT", path);
      return [...this.#files.keys()]
        .filter((name) => name.startsWith(`${path}/`) && !name.slice(path.length + 1).includes("/"))
        .map((name) => name.slice(path.length + 1));
    });
  }

  open(path: string, mode: OpenMode): Promise<WalFile> {
    return this.#call("open", path, () => {
      let inode = this.#files.get(path);
      if (mode === "create") {
        if (inode) throw failure("EEXIST", path);
        inode = {
          data: Buffer.alloc(0),
          durable: Buffer.alloc(0),
          mtimeMs: this.#clock.now(),
          poisoned: false,
        };
        this.#files.set(path, inode);
      }
      if (!inode) throw failure("ENOENT", path);
      return this.#file(path, inode);
    });
  }

  info(path: string): Promise<FileInfo | undefined> {
    return this.#call("info", path, () => {
      const inode = this.#files.get(path);
      return inode && { size: inode.data.length, mtimeMs: inode.mtimeMs };
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#call("rename", from, () => {
      this.#files.set(to, this.#existing(from));
      this.#files.delete(from);
    });
  }

  remove(path: string): Promise<void> {
    return this.#call("remove", path, () => {
      this.#existing(path);
      this.#files.delete(path);
    });
  }

  removeDirectory(path: string): Promise<void> {
    return this.#call("removeDirectory", path, () => {
      if ([...this.#files.keys()].some((name) => name.startsWith(`${path}/`)))
        throw failure("ENOTEMPTY", path);
      this.#directories.delete(path);
    });
  }

  touch(path: string): Promise<void> {
    return this.#call("touch", path, () => {
      this.#existing(path).mtimeMs = this.#clock.now();
    });
  }

  syncDirectory(path: string): Promise<void> {
    return this.#call("syncDirectory", path, () => {
      if (this.syncLies) return;
      const inside = (name: string) =>
        name.startsWith(`${path}/`) && !name.slice(path.length + 1).includes("/");
      for (const name of this.#durableNames.keys()) {
        if (inside(name) && !this.#files.has(name)) this.#durableNames.delete(name);
      }
      for (const [name, inode] of this.#files) if (inside(name)) this.#durableNames.set(name, inode);
    });
  }

  realPath(path: string): Promise<string> {
    return this.#call("realPath", path, () => path);
  }

  #file(path: string, inode: Inode): WalFile {
    return {
      write: (buffers, position) =>
        this.#call(
          "write",
          path,
          (cut) => {
            let bytes = Buffer.concat(buffers);
            if (cut) bytes = bytes.subarray(0, Math.floor(bytes.length / 2));
            const room = this.capacity - (this.used - inode.data.length) - position;
            if (room <= 0) throw failure("ENOSPC", path);
            bytes = bytes.subarray(0, Math.max(0, Math.min(bytes.length, room)));
            const size = Math.max(inode.data.length, position + bytes.length);
            const data = Buffer.alloc(size);
            inode.data.copy(data);
            bytes.copy(data, position);
            inode.data = data;
            return bytes.length;
          },
          true,
        ),
      read: (target, position) =>
        this.#call(
          "read",
          path,
          () => inode.data.copy(target, 0, Math.min(position, inode.data.length)),
          false,
          { from: position, to: Math.min(position + target.length, inode.data.length) },
        ),
      truncate: (length) =>
        this.#call("truncate", path, () => {
          const data = Buffer.alloc(length);
          inode.data.copy(data);
          inode.data = data;
        }),
      sync: () =>
        this.#call("sync", path, () => {
          if (!inode.poisoned && !(this.syncLies && path.endsWith(".lp")))
            inode.durable = Buffer.from(inode.data);
        }).catch((error: unknown) => {
          inode.poisoned = true;
          throw error;
        }),
      close: () => this.#call("close", path, () => undefined),
    };
  }

  #existing(path: string): Inode {
    const inode = this.#files.get(path);
    if (!inode) throw failure("ENOENT", path);
    return inode;
  }

  async #call<T>(
    op: string,
    path: string,
    act: (cut: boolean) => T,
    mayCut = false,
    range: Pick<Call, "from" | "to"> = {},
  ): Promise<T> {
    await Promise.resolve();
    if (this.#dead) throw failure("EIO", path);
    const fault = this.fault?.({ n: this.calls++, op, path, ...range });
    if (fault !== undefined && fault !== "short") throw failure(fault, path);
    return act(fault === "short" && mayCut);
  }
}

/** Of each sector that changed since the last sync, either the old or the new content; of new length, any part. */
function remains({ data, durable }: Inode, random: () => number): Buffer {
  if (data.equals(durable)) return durable;
  const shorter = Math.min(data.length, durable.length);
  const size = shorter + Math.floor(random() * (Math.max(data.length, durable.length) - shorter + 1));
  const found = Buffer.alloc(size);
  for (let at = 0; at < size; at += SECTOR) {
    const source = random() < 0.5 ? data : durable;
    source.copy(found, at, Math.min(at, source.length), Math.min(at + SECTOR, source.length));
  }
  return found;
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
