import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Readable by the owner alone, as it holds names of queues and agents. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Reads a file; `undefined` when there is none. @throws when it cannot be read */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Replaces a file as a whole: written beside, flushed to disk, renamed. A crash leaves the old content or the new.
 *
 * @param durable whether the content must survive a power cut; otherwise readers have to check it
 */
export async function replaceFile(file: string, content: string | Buffer, durable = true): Promise<void> {
  await makeDirectory(dirname(file));
  const beside = `${file}.new`;
  try {
    const handle = await open(beside, "w", FILE_MODE);
    try {
      await handle.writeFile(content);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  if (durable) await syncDirectory(dirname(file));
}

/** Adds to the end of a file, and flushes it to disk. */
export async function appendDurably(file: string, content: string): Promise<void> {
  await makeDirectory(dirname(file));
  const handle = await open(file, "a", FILE_MODE);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
}

/** Makes the rename itself durable, where the system lets a directory be synced (not on Windows). */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
