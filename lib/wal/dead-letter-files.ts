import { errorCode, type FileSystem } from "./file-system";
import { salvaging, unreadable } from "./salvage";
import { Scanner } from "./scan";

/** Refused lines, for the dialog and the tool. */
export interface DeadLetter {
  readonly file: string;
  /** When it was kept, milliseconds since the epoch. */
  readonly t: number;
  readonly lines: number;
  readonly reason: string;
  readonly payload: string;
}

/** Suffix of files to be sent again. */
const REQUEUE_SUFFIX = ".requeue";
const PART = /^((?:rej|old)-\d{4}-\d{2}-\d{2}T\d{2})(?:\.(\d+))?\.lp/;
const NAME = /^(?:rej|old)-\d{4}-\d{2}-\d{2}T\d{2}(?:\.\d+)?\.lp$/;

/**
 * `rej-2026-11-22T08.lp`, then `rej-2026-11-22T08.2.lp` and so on; `old-…` holds what was refused as too old.
 *
 * @param part counted from 1
 */
export function deadLetterName(now: number, tooOld: boolean, part: number): string {
  const hour = new Date(now).toISOString().slice(0, 13);
  return `${tooOld ? "old" : "rej"}-${hour}${part > 1 ? `.${part}` : ""}.lp`;
}

/** The newest part of an hour among the files, 1 for none. */
export function newestPart(names: readonly string[], now: number, tooOld: boolean): number {
  const first = deadLetterName(now, tooOld, 1);
  const parts = names.filter((name) => NAME.test(name) && orderOf(name)[0] === first);
  return Math.max(1, ...parts.map((name) => orderOf(name)[1]));
}

/** Orders files for removal: those refused as too old first, those to be sent again last. */
export function trimOrder(names: readonly string[]): string[] {
  const rank = (name: string) => (isRequeued(name) ? 2 : name.startsWith("old-") ? 0 : 1);
  return [...names].sort((a, b) => {
    const [[nameA, partA], [nameB, partB]] = [orderOf(a), orderOf(b)];
    return rank(a) - rank(b) || (nameA < nameB ? -1 : nameA > nameB ? 1 : partA - partB);
  });
}

/** The file's name as a first part, and which part it is. */
function orderOf(name: string): [first: string, part: number] {
  const match = PART.exec(name);
  return match ? [`${match[1]}.lp`, Number(match[2] ?? 1)] : [name, 1];
}

/** Whether a file is marked to be sent again. */
export function isRequeued(name: string): boolean {
  return name.endsWith(REQUEUE_SUFFIX);
}

/** Marks dead letter files, so that the log that owns the directory sends them again, now or at its next start. */
export async function requeueFiles(
  fileSystem: FileSystem,
  path: string,
  names: readonly string[],
): Promise<number> {
  const letters = names.filter((name) => NAME.test(name));
  for (const name of letters) {
    let target = `${path}/${name}${REQUEUE_SUFFIX}`;
    for (let n = 2; await fileSystem.info(target); n++) target = `${path}/${name}.${n}${REQUEUE_SUFFIX}`;
    await fileSystem.rename(`${path}/${name}`, target);
  }
  return letters.length;
}

/** What can be read of a dead letter file. */
export interface DeadLetterFile {
  readonly letters: readonly DeadLetter[];
  /** Letters that were kept cannot be read any more; the rest of one at the end, which a crash leaves, never was. */
  readonly isDamaged: boolean;
}

/**
 * Reads a dead letter file.
 *
 * @param readsOn whether it is read without the places that the disk does not give
 * @param alone whether nothing else on this disk was seen to be readable, see {@link salvaging}
 * @throws what the disk says, with the name of the file
 */
export async function readDeadLetters(
  fileSystem: FileSystem,
  path: string,
  name: string,
  readsOn: boolean,
  alone = true,
): Promise<DeadLetterFile> {
  const letters: DeadLetter[] = [];
  let isDamaged = false;
  try {
    const size = (await fileSystem.info(`${path}/${name}`))?.size ?? 0;
    const file = await fileSystem.open(`${path}/${name}`, "read");
    try {
      const scanner = new Scanner(readsOn ? salvaging(file, alone) : file);
      for (let found = await scanner.next(size); found; found = await scanner.next(size)) {
        if (found.kind === "damage") {
          isDamaged ||= readsOn || !found.tail;
          continue;
        }
        const { t, lines, reason = "" } = found.header;
        letters.push({ file: name, t, lines, reason, payload: found.payload.toString() });
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(name, error);
  }
  return { letters, isDamaged };
}

/**
 * Counts the dead letters of a log directory, in lines, and reads the newest, without what the disk does not give. Works
 * on a live directory.
 */
export async function listDeadLetters(
  fileSystem: FileSystem,
  directory: string,
  limit = 100,
): Promise<{ lines: number; letters: DeadLetter[] }> {
  const path = `${directory}/rejected`;
  const listed = (await fileSystem.list(path).catch(goneIsNone)) ?? [];
  const letters: DeadLetter[] = [];
  let lines = 0;
  for (const name of listed.filter((one) => NAME.test(one))) {
    const found = await readDeadLetters(fileSystem, path, name, true, false).catch(goneIsNone);
    if (!found) continue;
    lines += found.letters.reduce((sum, letter) => sum + letter.lines, 0);
    letters.push(...found.letters);
    if (letters.length <= 2 * limit) continue;
    newestFirst(letters);
    letters.length = limit;
  }
  newestFirst(letters);
  return { lines, letters: letters.slice(0, limit) };
}

/** Takes what is gone for nothing: the owner removes files at any time. */
function goneIsNone(error: unknown): undefined {
  if (errorCode(error) !== "ENOENT") throw error;
}

function newestFirst(letters: DeadLetter[]): void {
  letters.reverse().sort((a, b) => b.t - a.t);
}

/** Finds the end and number of a file's last whole record. */
export async function goodEnd(fileSystem: FileSystem, path: string): Promise<{ end: number; last: number }> {
  const size = (await fileSystem.info(path))?.size ?? 0;
  const file = await fileSystem.open(path, "read");
  try {
    const scanner = new Scanner(file);
    let [end, last] = [0, 0];
    for (let found = await scanner.next(size); found; found = await scanner.next(size)) {
      if (found.kind === "record") [end, last] = [found.to, found.header.seq];
    }
    return { end, last };
  } finally {
    await file.close();
  }
}
