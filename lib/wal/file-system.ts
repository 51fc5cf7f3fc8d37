import { constants, fdatasync, promises as fs, write, writev } from "node:fs";
import { systemClock } from "../time/clock";

/** An open file. Positions are explicit, so that a retry can never land behind damage. */
export interface WalFile {
  /** Writes the buffers one after the other at `position`. @returns bytes written, which may be fewer than given */
  write(buffers: readonly Uint8Array[], position: number): Promise<number>;
  /** Fills `target` from `position`. @returns bytes read, fewer at the end of the file */
  read(target: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Makes the file's content survive a power cut (fdatasync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** `create` fails when the file exists; `update` and `read` fail when it does not. */
export type OpenMode = "create" | "update" | "read";

/** Size and modification time of a file. */
export interface FileInfo {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * The file system of a log. Small, so that a test's own can forget what was not synced, or fail any one call. Errors
 * carry Node's `code` (`ENOSPC`, `ENOENT`, …).
 */
export interface FileSystem {
  /** Creates the directory and its parents; mode 0700. */
  makeDirectory(path: string): Promise<void>;
  list(path: string): Promise<string[]>;
  /** Files are created with mode 0600. */
  open(path: string, mode: OpenMode): Promise<WalFile>;
  /** `undefined` when there is no such file. */
  info(path: string): Promise<FileInfo | undefined>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes an empty directory. */
  removeDirectory(path: string): Promise<void>;
  /** Sets the file's modification time to now. */
  touch(path: string): Promise<void>;
  /** Makes creations and removals in the directory survive a power cut. */
  syncDirectory(path: string): Promise<void>;
  /** The directory's only name, without links. */
  realPath(path: string): Promise<string>;
}

/** The error code of a failed file-system call, or `""`. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** Whether the disk, or the user's quota, is full. */
export function isOutOfSpace(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(errorCode(error));
}

class NodeFile implements WalFile {
  readonly #handle: fs.FileHandle;

  constructor(handle: fs.FileHandle) {
    this.#handle = handle;
  }

  // Node's calls with a callback take less time than those of the handle.
  write(buffers: readonly Uint8Array[], position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, written: number) => (error ? reject(error) : resolve(written));
      if (buffers.length === 1) write(this.#handle.fd, buffers[0]!, 0, null, position, done);
      else writev(this.#handle.fd, buffers, position, done);
    });
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    return (await this.#handle.read(target, 0, target.length, position)).bytesRead;
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#handle.fd, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

const FLAGS: Readonly<Record<OpenMode, number>> = {
  create: constants.O_CREAT | constants.O_EXCL | constants.O_RDWR,
  update: constants.O_RDWR,
  read: constants.O_RDONLY,
};

/** The real file system. */
export const nodeFileSystem: FileSystem = {
  async makeDirectory(path) {
    await fs.mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: (path) => fs.readdir(path),
  open: async (path, mode) => new NodeFile(await fs.open(path, FLAGS[mode], 0o600)),
  async info(path) {
    try {
      const { size, mtimeMs } = await fs.stat(path);
      return { size, mtimeMs };
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  },
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.unlink(path),
  removeDirectory: (path) => fs.rmdir(path),
  async touch(path) {
    const now = new Date(systemClock.now());
    await fs.utimes(path, now, now);
  },
  async syncDirectory(path) {
    // Windows cannot open a directory; NTFS journals its entries.
    if (process.platform === "win32") return;
    const handle = await fs.open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  realPath: (path) => fs.realpath(path),
};

/** Reads a whole small file. */
export async function readAll(fileSystem: FileSystem, path: string): Promise<Buffer> {
  const size = (await fileSystem.info(path))?.size ?? 0;
  const file = await fileSystem.open(path, "read");
  try {
    const content = Buffer.alloc(size);
    return content.subarray(0, await readFully(file, content, 0));
  } finally {
    await file.close();
  }
}

/** Fills `target` unless the file ends. @returns bytes read */
export async function readFully(file: WalFile, target: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const count = await file.read(target.subarray(filled), position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/**
 * Writes everything or throws. A full disk shows first as a short write without an error (measured on tmpfs and ext4),
 * so the rest is tried again; nothing written at all counts as `ENOSPC`.
 */
export async function writeFully(
  file: WalFile,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let rest = buffers.filter(({ length }) => length > 0);
  let at = position;
  while (rest.length > 0) {
    const written = await file.write(rest, at);
    if (written <= 0) {
      throw Object.assign(new Error("ENOSPC: nothing could be written"), { code: "ENOSPC" });
    }
    at += written;
    rest = skip(rest, written);
  }
}

function skip(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  const rest: Uint8Array[] = [];
  for (const buffer of buffers) {
    if (left >= buffer.length) left -= buffer.length;
    else {
      rest.push(left > 0 ? buffer.subarray(left) : buffer);
      left = 0;
    }
  }
  return rest;
}
