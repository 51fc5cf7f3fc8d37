import { readCursor } from "./cursor";
import { errorCode, type FileSystem } from "./file-system";
import { segmentFirst } from "./format";
import { isHeldHere } from "./lock";
import { isDead, processTable, readOwner } from "./lock-owner";
import { measure } from "./measure";
import { Scanner } from "./scan";

/** A log that no node owns, with pending lines. */
export interface Orphan {
  readonly directory: string;
  readonly lines: number;
  readonly bytes: number;
}

/**
 * Finds the logs that belong to no node any more, as after a flow was imported anew.
 *
 * @param parent the directory that holds one directory per log
 * @param isLiving whether a node owns the directory of that name
 */
export async function findOrphans(
  fileSystem: FileSystem,
  parent: string,
  isLiving: (name: string) => boolean,
): Promise<Orphan[]> {
  const names = await fileSystem.list(parent).catch((error: unknown): string[] => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  const orphans: Orphan[] = [];
  for (const name of names.filter((one) => !isLiving(one)).sort()) {
    const directory = `${parent}/${name}`;
    // A log that a process holds is not abandoned.
    if (isHeldHere(await fileSystem.realPath(directory))) continue;
    const owner = await readOwner(fileSystem, `${directory}/LOCK`).catch(() => undefined);
    if (owner && !isDead(owner, processTable)) continue;
    const orphan = await pendingIn(fileSystem, directory).catch(() => undefined);
    if (orphan && orphan.lines > 0) orphans.push(orphan);
  }
  return orphans;
}

/** Counts the pending lines of a log's directory. Only reads. */
export async function pendingIn(fileSystem: FileSystem, directory: string): Promise<Orphan> {
  const names = (await fileSystem.list(directory)).filter((name) => segmentFirst(name) !== undefined);
  const cursor = (await readCursor(fileSystem, `${directory}/cursor`))?.seq ?? 0;
  let [lines, bytes] = [0, 0];
  for (const name of names) {
    const path = `${directory}/${name}`;
    const size = (await fileSystem.info(path))?.size ?? 0;
    const file = await fileSystem.open(path, "read");
    try {
      const first = segmentFirst(name)!;
      const measured = first >= cursor ? await measure(file, first, size) : undefined;
      lines += measured?.lines ?? (await scannedLines(new Scanner(file), size, cursor));
    } finally {
      await file.close();
    }
    bytes += size;
  }
  return { directory, lines, bytes };
}

async function scannedLines(scanner: Scanner, size: number, cursor: number): Promise<number> {
  let lines = 0;
  for (let found = await scanner.next(size); found; found = await scanner.next(size))
    if (found.kind === "record" && found.header.seq >= cursor) lines += found.header.lines;
  return lines;
}
