import type { FileSystem, WalFile } from "./file-system";

/**
 * A file system with at most so many calls under way: a disk that hangs then holds so many of the few threads that Node
 * has for files, and all other logs, and the rest of the runtime, go on.
 */
export function limited(fileSystem: FileSystem, atOnce: number): FileSystem {
  const waiting: Array<() => void> = [];
  let running = 0;
  const run = async <T>(call: () => Promise<T>): Promise<T> => {
    while (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await call();
    } finally {
      running--;
      waiting.shift()?.();
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
