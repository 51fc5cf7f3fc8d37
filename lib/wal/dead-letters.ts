import { errorCode, type FileSystem, writeFully } from "./file-system";
import { plainReason, recordHeader, segmentHeader } from "./format";
import type { PreparedLines } from "./pack";
import { BoundedFolder } from "./bounded-folder";
import { Scanner } from "./scan";
import type { Serial } from "./serial";

/** Lines that the server refused, as the dialog and the tool show them. */
export interface DeadLetter {
  readonly file: string;
  /** When it was kept, milliseconds since the epoch. */
  readonly t: number;
  readonly lines: number;
  readonly reason: string;
  readonly payload: string;
}

/** A file with this ending waits to be sent again. */
export const REQUEUE_SUFFIX = ".requeue";
const NAME = /^rej-\d{4}-\d{2}-\d{2}T\d{2}\.lp$/;

/** Lines that the server refused for good, one file an hour, beside the log. Calls are to be made one at a time. */
export class DeadLetters extends BoundedFolder {
  readonly #gate: Serial;
  readonly #node: { node: string; version: string };

  constructor(fileSystem: FileSystem, path: string, gate: Serial, node: { node: string; version: string }) {
    super(fileSystem, path);
    this.#gate = gate;
    this.#node = node;
  }

  /** Keeps lines with the server's reason; on disk when it returns. */
  async keep(letters: readonly PreparedLines[], reason: string, now: number): Promise<void> {
    const name = `rej-${new Date(now).toISOString().slice(0, 13)}.lp`;
    const path = `${this.path}/${name}`;
    await this.fileSystem.makeDirectory(this.path);
    const isNew = !(await this.fileSystem.info(path));
    const file = await this.fileSystem.open(path, isNew ? "create" : "update");
    try {
      // Behind what is good: a crash may have left half a record, or somebody may have edited the file.
      const { end, last } = isNew ? { end: 0, last: 0 } : await goodEnd(this.fileSystem, path);
      const head = end === 0 ? [segmentHeader(last + 1, now, this.#node.node, this.#node.version)] : [];
      const records = letters.flatMap(({ payload, lines }, index) => {
        const header = {
          seq: last + 1 + index,
          t: now,
          lines,
          bytes: payload.length,
          reason: plainReason(reason),
        };
        return [recordHeader(header, payload), payload];
      });
      await file.truncate(end);
      await writeFully(file, [...head, ...records], end);
      await this.#gate.run(() => file.sync());
      const size = [...head, ...records].reduce((sum, { length }) => sum + length, end);
      this.noteSize(name, size);
    } finally {
      await file.close();
    }
    if (isNew) await this.#gate.run(() => this.fileSystem.syncDirectory(this.path));
  }

  /** Files that `genesys-wal requeue-rejected` or the node marked to be sent again. */
  async requeued(): Promise<string[]> {
    await this.refresh();
    return this.names.filter((name) => name.endsWith(REQUEUE_SUFFIX));
  }

  /** Marks all that is kept to be sent again. @returns how many files */
  async requeueAll(): Promise<number> {
    await this.refresh();
    return requeueFiles(this.fileSystem, this.path, this.names);
  }

  /** Reads one file's lines, record by record. */
  async *read(name: string): AsyncGenerator<DeadLetter> {
    yield* readDeadLetters(this.fileSystem, this.path, name);
  }

  async remove(name: string): Promise<void> {
    await this.fileSystem.remove(`${this.path}/${name}`);
    this.forget(name);
  }
}

/** Renames dead letter files so that the log that owns the directory, now or at its next start, sends them again. */
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

/** Reads a dead letter file; damaged bytes are passed over. */
export async function* readDeadLetters(
  fileSystem: FileSystem,
  path: string,
  name: string,
): AsyncGenerator<DeadLetter> {
  const size = (await fileSystem.info(`${path}/${name}`))?.size ?? 0;
  const file = await fileSystem.open(`${path}/${name}`, "read");
  try {
    const scanner = new Scanner(file);
    for (let found = await scanner.next(size); found; found = await scanner.next(size)) {
      if (found.kind !== "record") continue;
      const { t, lines, reason = "" } = found.header;
      yield { file: name, t, lines, reason, payload: found.payload.toString() };
    }
  } finally {
    await file.close();
  }
}

/** How many lines the dead letters of a log directory hold, and the newest of them, newest first. Works on a live one. */
export async function listDeadLetters(
  fileSystem: FileSystem,
  directory: string,
  limit = 100,
): Promise<{ lines: number; letters: DeadLetter[] }> {
  const path = `${directory}/rejected`;
  const listed = await fileSystem.list(path).catch((error: unknown): string[] => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  const names = listed.filter((name) => NAME.test(name));
  const letters: DeadLetter[] = [];
  let lines = 0;
  for (const name of names.sort()) {
    for await (const letter of readDeadLetters(fileSystem, path, name)) {
      lines += letter.lines;
      letters.push(letter);
      if (letters.length > limit) letters.shift();
    }
  }
  return { lines, letters: letters.reverse() };
}

async function goodEnd(fileSystem: FileSystem, path: string): Promise<{ end: number; last: number }> {
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
