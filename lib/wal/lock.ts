import { randomBytes } from "node:crypto";
import type { Clock, Timer } from "../time/clock";
import { errorCode, type FileSystem, isOutOfSpace, writeFully } from "./file-system";
import {
  describeOwner,
  encodeOwner,
  isDead,
  type LockOwner,
  type ProcessTable,
  processTable,
  readOwner,
} from "./lock-owner";
import { syncGate } from "./sync-gate";

/** Another log has the directory. */
export class LockedError extends Error {
  readonly code = "locked";

  constructor(message: string) {
    super(message);
    this.name = "LockedError";
  }
}

const HEARTBEAT_MS = 5_000;
/** A lock that has not changed for so long while it was watched is free. */
const STALE_MS = 20_000;
/** Directories open in this process. */
const heldHere = new Set<string>();
/** Whether this process has the directory open. @param real from {@link FileSystem.realPath} */
export function isHeldHere(real: string): boolean {
  return heldHere.has(real);
}

/** Watched locks of others, and since when they are unchanged, by the monotonic clock. */
const watched = new Map<string, { token: string; mtimeMs: number; since: number }>();

/** The place of a lock, and its clock. */
interface Place {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly directory: string;
  readonly path: string;
}

/**
 * Holds a directory for one log of one process. The owner touches the lock's file every 5 s; another process takes it
 * over after it has watched it unchanged for 20 s by its own clock, or at once when the owner is known to be dead. An
 * owner that stood still for so long may have lost it: see {@link assertOwned}.
 */
export class DirectoryLock {
  /** The former owner was silent and may still live: do not use numbers that it may use. */
  readonly mayHaveRival: boolean;
  readonly #place: Place;
  readonly #owner: LockOwner;
  readonly #onLost: (error: Error) => void;
  #timer: Timer | undefined;
  #released = false;
  #lost: Error | undefined;
  /** When the last heartbeat began, by both clocks: only the wall clock shows that the machine slept. */
  #beatAt: { monotonic: number; wall: number };

  private constructor(place: Place, owner: LockOwner, mayHaveRival: boolean, onLost: (error: Error) => void) {
    this.#place = place;
    this.#owner = owner;
    this.mayHaveRival = mayHaveRival;
    this.#onLost = onLost;
    this.#beatAt = { monotonic: place.clock.monotonic(), wall: place.clock.now() };
    this.#schedule();
  }

  /**
   * @param onLost called when another process has taken the directory over
   * @throws LockedError naming the owner; call again every few seconds to watch the lock
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
      const place = { fileSystem, clock, directory: real, path: `${real}/LOCK` };
      const owner: LockOwner = { token: randomBytes(8).toString("hex"), ...processes.self };
      let mayHaveRival = false;
      if (!(await create(place, owner))) {
        mayHaveRival = await takeOver(place, processes);
        if (!(await create(place, owner))) throw new LockedError(`${directory} was just taken`);
      }
      watched.delete(place.path);
      return new DirectoryLock(place, owner, mayHaveRival, onLost);
    } catch (error) {
      heldHere.delete(real);
      throw error;
    }
  }

  /**
   * Checks the lock. Call it before a write and before its confirmation: after a standstill another process may have
   * the directory.
   *
   * @throws LockedError when it was lost
   */
  async assertOwned(): Promise<void> {
    this.#throwIfLost();
    const { clock } = this.#place;
    const stoodStillMs = Math.max(
      clock.monotonic() - this.#beatAt.monotonic,
      clock.now() - this.#beatAt.wall,
    );
    if (stoodStillMs < STALE_MS - HEARTBEAT_MS) return;
    await this.#beat();
    this.#throwIfLost();
  }

  /** Whether the lock's file is still in the directory; if not, the directory was replaced. */
  async isThere(): Promise<boolean> {
    const { fileSystem, path } = this.#place;
    const owner = await readOwner(fileSystem, path).catch(() => undefined);
    if (owner) return owner.token === this.#owner.token;
    return (await fileSystem.info(path).catch(() => undefined)) !== undefined;
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#timer?.cancel();
    const { fileSystem, path, directory } = this.#place;
    try {
      const owner = await readOwner(fileSystem, path);
      if (!owner || owner.token === this.#owner.token) await fileSystem.remove(path);
    } finally {
      heldHere.delete(directory);
    }
  }

  #throwIfLost(): void {
    if (this.#lost) throw this.#lost;
  }

  #schedule(): void {
    this.#timer = this.#place.clock.after(HEARTBEAT_MS, () => {
      void this.#beat()
        .catch(() => {
          // A disk that cannot be read now says nothing about the owner; the next beat looks again.
        })
        .then(() => {
          if (!this.#released) this.#schedule();
        });
    });
  }

  async #beat(): Promise<void> {
    const { fileSystem, clock, path, directory } = this.#place;
    const beatAt = { monotonic: clock.monotonic(), wall: clock.now() };
    const owner = await readOwner(fileSystem, path);
    if (this.#released) return;
    const unwritten = !owner && (await fileSystem.info(path));
    if (unwritten) await this.#write();
    else if (owner?.token !== this.#owner.token) {
      this.#released = true;
      this.#timer?.cancel();
      heldHere.delete(directory);
      this.#lost = new LockedError(`${directory} was taken over by ${describeOwner(owner)}`);
      this.#onLost(this.#lost);
      return;
    }
    await fileSystem.touch(path);
    this.#beatAt = beatAt;
  }

  async #write(): Promise<void> {
    const file = await this.#place.fileSystem.open(this.#place.path, "update");
    try {
      await writeFully(file, [encodeOwner(this.#owner)], 0);
    } catch {
      // Still no room.
    } finally {
      await file.close();
    }
  }
}

async function create({ fileSystem, path }: Place, owner: LockOwner): Promise<boolean> {
  let file;
  try {
    file = await fileSystem.open(path, "create");
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await writeFully(file, [encodeOwner(owner)], 0);
    // After a power cut an empty lock would not name its owner, who is gone.
    await syncGate.run(() => file.sync());
  } catch (error) {
    // On a full disk the empty file is the lock; its owner is written when there is room.
    if (isOutOfSpace(error)) return true;
    await fileSystem.remove(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close().catch(() => undefined);
  }
  return true;
}

/**
 * Moves a dead or silent owner's lock out of the way.
 *
 * @returns whether the owner only fell silent
 * @throws LockedError when the owner may live
 */
async function takeOver({ fileSystem, clock, path }: Place, processes: ProcessTable): Promise<boolean> {
  const [owner, info] = [await readOwner(fileSystem, path), await fileSystem.info(path)];
  const directory = path.slice(0, -"/LOCK".length);
  if (!info) return false;
  const dead = isDead(owner, processes);
  if (!dead) {
    const token = owner?.token ?? "";
    const seen = watched.get(path);
    const same = seen?.token === token && seen.mtimeMs === info.mtimeMs;
    const since = same ? seen.since : clock.monotonic();
    watched.set(path, { token, mtimeMs: info.mtimeMs, since });
    if (clock.monotonic() - since < STALE_MS)
      throw new LockedError(`${directory} is in use by ${describeOwner(owner)}`);
  }
  // Two processes may come here at once: put the lock back if it is not the one that was judged.
  const aside = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  await fileSystem.rename(path, aside);
  const moved = await readOwner(fileSystem, aside);
  if (moved?.token !== owner?.token) {
    await fileSystem.rename(aside, path);
    throw new LockedError(`${directory} was just taken by ${describeOwner(moved)}`);
  }
  await fileSystem.remove(aside);
  return !dead;
}
