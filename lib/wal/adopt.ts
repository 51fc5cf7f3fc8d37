import { cutLines } from "../lines/split";
import type { DeadLetter } from "./dead-letter-files";
import type { Adopted } from "./options";
import type { WalRecord } from "./reader";
import type { Refused } from "./settling";
import { errorCode, type FileSystem, readAll, writeFully } from "./file-system";

/** The log that takes over; each promise resolves when all is on disk. */
export interface AdoptionTarget {
  append(lines: readonly string[]): Promise<unknown>;
  keepRejected(refused: readonly Refused[]): Promise<void>;
}

/** The log that is taken over, open. */
export interface AdoptionSource {
  readonly directory: string;
  next(): Promise<WalRecord | undefined>;
  ack(seq: number): boolean;
  takeDeadLetters(): AsyncGenerator<DeadLetter>;
  close(): Promise<void>;
}

/** A file in a log's directory: paths of directories to take over, one a line. */
const REQUEST = "ADOPT";

/** Asks the log that owns a directory, now or at its next start, to take over another one. */
export async function requestAdoption(
  fileSystem: FileSystem,
  directory: string,
  from: string,
): Promise<void> {
  const asked = await adoptionRequests(fileSystem, directory);
  const path = `${directory}/${REQUEST}`;
  const file = await fileSystem.open(path, asked.length > 0 ? "update" : "create");
  try {
    const text = [...asked.filter((one) => one !== from), from].join("\n");
    await writeFully(file, [Buffer.from(`${text}\n`)], 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads the requests in a log's directory. */
export async function adoptionRequests(fileSystem: FileSystem, directory: string): Promise<string[]> {
  try {
    const text = (await readAll(fileSystem, `${directory}/${REQUEST}`)).toString();
    return text.split("\n").filter((line) => line !== "");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Removes the requests. */
export async function forgetRequests(fileSystem: FileSystem, directory: string): Promise<void> {
  await fileSystem.remove(`${directory}/${REQUEST}`);
}

/**
 * Moves the pending records and dead letters of another log into `target`, and removes the rest of it. May be repeated
 * after a failure: a record leaves the source only when the target has it on disk.
 *
 * @param source the other log, open
 */
export async function adopt(
  target: AdoptionTarget,
  source: AdoptionSource,
  fileSystem: FileSystem,
): Promise<Adopted> {
  const { directory } = source;
  let [lines, deadLetters] = [0, 0];
  try {
    for (let record = await source.next(); record; record = await source.next()) {
      await target.append(record.lines);
      source.ack(record.seq);
      lines += record.lines.length;
    }
    for await (const { payload, reason } of source.takeDeadLetters()) {
      const letter = cutLines(payload);
      await target.keepRejected([{ lines: letter, reason, code: "" }]);
      deadLetters += letter.length;
    }
  } finally {
    await source.close();
  }
  await clear(fileSystem, directory);
  return { directory, lines, deadLetters };
}

/** Removes a log without pending records; a quarantine stays. */
async function clear(fileSystem: FileSystem, directory: string): Promise<void> {
  const names = await fileSystem.list(directory);
  for (const name of names.filter((one) => /^(?:wal-\d{20}\.lp|cursor)$/.test(one)))
    await fileSystem.remove(`${directory}/${name}`).catch(() => undefined);
  for (const path of [`${directory}/rejected`, `${directory}/quarantine`, directory])
    await fileSystem.removeDirectory(path).catch(() => undefined);
}
