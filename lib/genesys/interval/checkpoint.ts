import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { textOf } from "../json";
import { isoTime } from "./granularity";

/** How far one poll node has got with one query. */
export interface Progress {
  /** Every bucket that ends at or before this time is settled; milliseconds since the epoch. */
  readonly settledUntil: number;
}

/**
 * The file that lets a poll go on where it stopped, across restarts. It is replaced as a whole: written beside,
 * flushed to disk, renamed. It belongs to one query; another query starts anew.
 */
export class Checkpoint {
  readonly #file: string;
  readonly #query: string;
  #saved: number | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param query all that makes the buckets of two queries different; anything JSON can hold */
  constructor(file: string, query: unknown) {
    this.#file = file;
    this.#query = createHash("sha256").update(JSON.stringify(query)).digest("hex").slice(0, 32);
  }

  /**
   * @returns `undefined` when there is none yet, or it belongs to another query
   * @throws when the file cannot be read, or is damaged
   */
  async load(): Promise<Progress | undefined> {
    let text: string;
    try {
      text = await readFile(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
    const content: unknown = JSON.parse(text);
    const settledUntil = Date.parse(textOf(content, "settledUntil") ?? "");
    if (textOf(content, "query") === undefined || Number.isNaN(settledUntil)) {
      throw new Error("it is not a checkpoint of this package");
    }
    if (textOf(content, "query") !== this.#query) return undefined;
    this.#saved = settledUntil;
    return { settledUntil };
  }

  /** Writes the progress unless it is on disk already. Writes follow each other. */
  save({ settledUntil }: Progress): Promise<void> {
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        if (settledUntil === this.#saved) return;
        const content = { version: 1, query: this.#query, settledUntil: isoTime(settledUntil) };
        await replaceFile(this.#file, `${JSON.stringify(content)}\n`);
        this.#saved = settledUntil;
      });
    return this.#writing;
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.new`;
  try {
    const handle = await open(beside, "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncDirectory(dirname(file));
}

/** Makes the rename itself durable, where the system lets a directory be synced (not on Windows). */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
