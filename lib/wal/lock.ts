import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Clock, Timer } from "../time/clock";
import { errorCode, type FileSystem, isOutOfSpace, readAll, writeFully } from "./file-system";
import { syncGate } from "./serial";

/** Who holds a directory. `pid` alone would not do: containers share numbers, and numbers come back. */
export interface LockOwner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** Changes with every start of the machine; `""` where it cannot be told. */
  readonly boot: string;
  /** The process table that `pid` belongs to (containers have their own); `""` where it cannot be told. */
  readonly namespace: string;
  /** When the process started, in the kernel's ticks; `""` where it cannot be told. */
  readonly started: string;
}

/** What a lock needs to know about processes. */
export interface ProcessTable {
  readonly self: Omit<LockOwner, "token">;
  /** @returns the start of that process, `undefined` when there is none */
  started(pid: number): string | undefined;
}

/** Another log has the directory. */
export class LockedError extends Error {
  readonly code = "locked";

  constructor(message: string) {
    super(message);
    this.name = "LockedError";
  }
}

const HEARTBEAT_MS = 5_000;
const STALE_MS = 20_000;
/** Directories that logs of this process have open. */
const heldHere = new Set<string>();

/** Holds a directory for one log: one owner in this process, one process in the world. */
export class DirectoryLock {
  readonly #fileSystem: FileSystem;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #directory: string;
  readonly #owner: LockOwner;
  readonly #onLost: (error: Error) => void;
  #timer: Timer | undefined;
  #released = false;

  private constructor(
    where: { fileSystem: FileSystem; clock: Clock; directory: string; path: string },
    owner: LockOwner,
    onLost: (error: Error) => void,
  ) {
    this.#fileSystem = where.fileSystem;
    this.#clock = where.clock;
    this.#directory = where.directory;
    this.#path = where.path;
    this.#owner = owner;
    this.#onLost = onLost;
    this.#schedule();
  }

  /**
   * @param onLost called when another process took the directory over, as after 20 s of standstill
   * @throws LockedError naming the owner
   */
  static async acquire(
    fileSystem: FileSystem,
    clock: Clock,
    directory: string,
    onLost: (error: Error) => void,
    processes: ProcessTable = processTable,
  ): Promise<DirectoryLock> {
    const real = await fileSystem.realPath(directory);
    if (heldHere.has(real)) {
      throw new LockedError(`${directory} is in use by another wal-buffer node of this Node-RED`);
    }
    heldHere.add(real);
    try {
      const path = `${real}/LOCK`;
      const owner: LockOwner = { token: randomBytes(8).toString("hex"), ...processes.self };
      if (!(await create(fileSystem, path, owner))) {
        await takeOver(fileSystem, clock, path, processes);
        if (!(await create(fileSystem, path, owner))) throw new LockedError(`${directory} was just taken`);
      }
      return new DirectoryLock({ fileSystem, clock, directory: real, path }, owner, onLost);
    } catch (error) {
      heldHere.delete(real);
      throw error;
    }
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#timer?.cancel();
    try {
      const owner = await readOwner(this.#fileSystem, this.#path);
      if (!owner || owner.token === this.#owner.token) {
        await this.#fileSystem.remove(this.#path);
      }
    } finally {
      heldHere.delete(this.#directory);
    }
  }

  #schedule(): void {
    this.#timer = this.#clock.after(HEARTBEAT_MS, () => {
      void this.#beat().then(() => {
        if (!this.#released) this.#schedule();
      });
    });
  }

  async #beat(): Promise<void> {
    try {
      const owner = await readOwner(this.#fileSystem, this.#path);
      if (this.#released) return;
      const unwritten = !owner && (await this.#fileSystem.info(this.#path));
      if (unwritten) await this.#write();
      else if (owner?.token !== this.#owner.token) {
        this.#released = true;
        heldHere.delete(this.#directory);
        this.#onLost(new LockedError(`${this.#directory} was taken over by ${describe(owner)}`));
        return;
      }
      await this.#fileSystem.touch(this.#path);
    } catch {
      // A disk that cannot be read now says nothing about who owns the directory; the next beat looks again.
    }
  }

  async #write(): Promise<void> {
    const file = await this.#fileSystem.open(this.#path, "update");
    try {
      await writeFully(file, [encode(this.#owner)], 0);
    } catch {
      // Still no room.
    } finally {
      await file.close();
    }
  }
}

async function create(fileSystem: FileSystem, path: string, owner: LockOwner): Promise<boolean> {
  let file;
  try {
    file = await fileSystem.open(path, "create");
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await writeFully(file, [encode(owner)], 0);
    // After a power cut, an empty lock would tell nobody that its owner is gone.
    await syncGate.run(() => file.sync());
  } catch (error) {
    // On a full disk the file itself is the lock, and its owner is written into it when there is room.
    if (isOutOfSpace(error)) return true;
    await fileSystem.remove(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close().catch(() => undefined);
  }
  return true;
}

/** Moves a dead owner's lock out of the way. @throws LockedError when the owner lives */
async function takeOver(
  fileSystem: FileSystem,
  clock: Clock,
  path: string,
  processes: ProcessTable,
): Promise<void> {
  const [owner, info] = [await readOwner(fileSystem, path), await fileSystem.info(path)];
  if (!info) return;
  const silentMs = clock.now() - info.mtimeMs;
  if (!isDead(owner, processes) && silentMs < STALE_MS) {
    throw new LockedError(`${path.slice(0, -"/LOCK".length)} is in use by ${describe(owner)}`);
  }
  // Two may come here at once: what was moved away must be the lock that was judged, or it goes back.
  const aside = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  await fileSystem.rename(path, aside);
  const moved = await readOwner(fileSystem, aside);
  if (moved?.token !== owner?.token) {
    await fileSystem.rename(aside, path);
    throw new LockedError(`${path.slice(0, -"/LOCK".length)} was just taken by ${describe(moved)}`);
  }
  await fileSystem.remove(aside);
}

/** Only what is certain: a process of this very process table that is gone, or of a former start of this machine. */
function isDead(owner: LockOwner | undefined, processes: ProcessTable): boolean {
  const { self } = processes;
  if (!owner || owner.host !== self.host) return false;
  if (owner.boot && self.boot && owner.boot !== self.boot) return true;
  if (owner.namespace !== self.namespace) return false;
  // This very process: the lock is a leftover, as the directory is not open here.
  if (owner.pid === self.pid && owner.started === self.started) return true;
  const started = processes.started(owner.pid);
  return started === undefined || (owner.started !== "" && started !== "" && started !== owner.started);
}

async function readOwner(fileSystem: FileSystem, path: string): Promise<LockOwner | undefined> {
  try {
    const value: unknown = JSON.parse((await readAll(fileSystem, path)).toString());
    if (typeof value !== "object" || value === null) return undefined;
    const text = (key: string) => {
      const found = (value as Record<string, unknown>)[key];
      return typeof found === "string" ? found : "";
    };
    const pid = Number((value as Record<string, unknown>)["pid"]);
    return {
      token: text("token"),
      pid,
      host: text("host"),
      boot: text("boot"),
      namespace: text("namespace"),
      started: text("started"),
    };
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function encode(owner: LockOwner): Buffer {
  return Buffer.from(`${JSON.stringify(owner)}\n`);
}

function describe(owner: LockOwner | undefined): string {
  return owner ? `process ${owner.pid} on ${owner.host}` : "another process";
}

/** The processes of this machine. */
export const processTable: ProcessTable = {
  self: {
    pid: process.pid,
    host: hostname(),
    boot: quietly(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: quietly(() => readlinkSync("/proc/self/ns/pid")),
    started: startOf("self"),
  },
  started(pid) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      if (errorCode(error) === "ESRCH") return undefined;
    }
    return startOf(String(pid));
  },
};

/** Field 22 of `/proc/<pid>/stat`, counted after the command's name, which may hold anything. */
function startOf(pid: string): string {
  return quietly(
    () =>
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19] ?? "",
  );
}

function quietly(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
