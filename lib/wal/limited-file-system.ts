import { systemClock } from "../time/clock";
import type { FileSystem, WalFile } from "./file-system";

/** A call that takes longer hangs, as far as anybody can tell. */
const HANGS_MS = 2_000;
/** Unless the environment says otherwise, Node has so many threads for files, packing and names. */
const THREADS = Number(process.env["UV_THREADPOOL_SIZE"]) || 4;

/** The calls of all logs on one file system: they leave one of Node's threads to the rest of the runtime. */
class Threads {
  readonly #atOnce = Math.max(1, THREADS - 1);
  readonly #waiting: Array<() => void> = [];
  running = 0;

  /** @param more calls that are under way for the same log */
  hasRoom(more: number): boolean {
    // A log's second call leaves room for another log's first.
    return this.running + Math.min(more, 1) < this.#atOnce;
  }

  change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    this.running--;
    // Who of them may go on, each sees for itself.
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const threads = new WeakMap<FileSystem, Threads>();

function threadsOf(fileSystem: FileSystem): Threads {
  let found = threads.get(fileSystem);
  if (!found) threads.set(fileSystem, (found = new Threads()));
  return found;
}

/**
 * Limits the calls under way for one log, to fewer while one of them hangs, and for all logs together to fewer than
 * Node's threads. A disk that hangs holds up its own logs, while others and the rest of the runtime go on.
 */
export function limited(fileSystem: FileSystem, atOnce: number): FileSystem {
  const shared = threadsOf(fileSystem);
  /** When each call under way began, by the monotonic clock: real time, whatever clock a test has. */
  const running = new Set<{ since: number }>();
  const mayRun = () => {
    if (running.size >= atOnce || !shared.hasRoom(running.size)) return false;
    for (const { since } of running) if (systemClock.monotonic() - since > HANGS_MS) return false;
    return true;
  };
  const run = async <T>(call: () => Promise<T>): Promise<T> => {
    while (!mayRun()) await shared.change();
    const own = { since: systemClock.monotonic() };
    running.add(own);
    shared.running++;
    try {
      return await call();
    } finally {
      running.delete(own);
      shared.leave();
    }
  };
  const limitedFile = (file: WalFile): WalFile => ({
    write: (buffers, position) => run(() => file.write(buffers, position)),
    read: (target, position) => run(() => file.read(target, position)),
    truncate: (length) => run(() => file.truncate(length)),
    sync: () => run(() => file.sync()),
    close: () => run(() => file.close()),
  });
  return {
    makeDirectory: (path) => run(() => fileSystem.makeDirectory(path)),
    list: (path) => run(() => fileSystem.list(path)),
    open: async (path, mode) => limitedFile(await run(() => fileSystem.open(path, mode))),
    info: (path) => run(() => fileSystem.info(path)),
    rename: (from, to) => run(() => fileSystem.rename(from, to)),
    remove: (path) => run(() => fileSystem.remove(path)),
    removeDirectory: (path) => run(() => fileSystem.removeDirectory(path)),
    touch: (path) => run(() => fileSystem.touch(path)),
    syncDirectory: (path) => run(() => fileSystem.syncDirectory(path)),
    realPath: (path) => run(() => fileSystem.realPath(path)),
  };
}
