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
/** A lock that has not changed for so long, watched all the time, belongs to nobody. */
const STALE_MS = 20_000;
/** Directories that logs of this process have open. */
const heldHere = new Set<string>();
/** Whether a log of this process has that directory open. @param real as `realPath` gives it */
export function isHeldHere(real: string): boolean {
  return heldHere.has(real);
}

/** Locks of others that were seen, and since when they are unchanged, by a clock that nobody sets. */
const watched = new Map<string, { token: string; mtimeMs: number; since: number }>();

/** Where a lock lies, and by which clock it beats. */
interface Place {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly directory: string;
  readonly path: string;
}

/**
 * Holds a directory for one log: one owner in this process, one process in the world. The owner touches its file every
 * 5 s; whoever wants it watches the file, by his own clock, and takes it over when nothing changed for 20 s, or at once
 * when the owner is known to be dead. An owner that stood still for so long may have lost it: see {@link assertOwned}.
 */
export class DirectoryLock {
  /** The former owner fell silent, so it may still live and wake: numbers that it may use are not to be used again. */
  readonly mayHaveRival: boolean;
  readonly #place: Place;
  readonly #owner: LockOwner;
  readonly #onLost: (error: Error) => void;
  #timer: Timer | undefined;
  #released = false;
  #lost: Error | undefined;
  /** When the last heartbeat began, by both clocks: a machine that slept shows in the second. */
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
   * @param onLost called when another process took the directory over, as after 20 s of standstill
   * @throws LockedError naming the owner; to watch it, call again every few seconds
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
   * To be called before anything is written, and before it is confirmed: after a standstill, another process may have
   * the directory by now.
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

  /** Whether the lock still lies in the directory: if not, the directory itself is not what it was. */
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
          // A disk that cannot be read now says nothing about who owns the directory; the next beat looks again.
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

/**
 * Moves a dead or silent owner's lock out of the way.
 *
 * @returns whether the owner only fell silent
 * @throws LockedError when the owner lives, as far as can be told
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
  // Two may come here at once: what was moved away must be the lock that was judged, or it goes back.
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
