import { crc32 } from "./crc32";
import { errorCode, type FileSystem, readFully, type WalFile, writeFully } from "./file-system";

/** How far the log is acknowledged. A hint: too old a one costs duplicates, which overwrite themselves. */
export interface CursorPosition {
  /** The first record that is not acknowledged. */
  readonly seq: number;
  /** Where it starts in its segment, 0 when not known. */
  readonly offset: number;
}

const SLOT_BYTES = 64;
const SLOT = /^(seq=(\d{1,15}) off=(\d{1,10}) gen=(\d{1,12})) crc32=([0-9a-f]{8}) *\n$/;

/**
 * Two slots of 64 bytes, written in turn and in place: a torn write spoils only the older position, and in place works
 * on a full disk, where a new file and a rename would not. Positions are never synced, as they are only a hint.
 */
export class CursorFile {
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  #file: WalFile | undefined;
  #generation: number;

  private constructor(fileSystem: FileSystem, path: string, generation: number) {
    this.#fileSystem = fileSystem;
    this.#path = path;
    this.#generation = generation;
  }

  /** @returns the file, and the newest position whose checksum holds */
  static async open(
    fileSystem: FileSystem,
    path: string,
  ): Promise<{ file: CursorFile; position: CursorPosition | undefined }> {
    // An unreadable cursor counts as a missing one; the log is then read from its start.
    const best = await readCursor(fileSystem, path).catch(() => undefined);
    const cursor = new CursorFile(fileSystem, path, best?.generation ?? 0);
    // Reserve its place now, as later the disk may be full; and for good, as a position that could not be read must not
    // come back after a crash, when its numbers may be in use again.
    if (!best) await cursor.#reserve().catch(() => undefined);
    return { file: cursor, position: best };
  }

  async write({ seq, offset }: CursorPosition): Promise<void> {
    this.#file ??= await this.#open();
    const generation = ++this.#generation;
    const text = `seq=${seq} off=${offset} gen=${generation}`;
    const sum = crc32(Buffer.from(text, "latin1")).toString(16).padStart(8, "0");
    const slot = Buffer.from(`${`${text} crc32=${sum}`.padEnd(SLOT_BYTES - 1)}\n`, "latin1");
    await writeFully(this.#file, [slot], ((generation + 1) % 2) * SLOT_BYTES);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #reserve(): Promise<void> {
    this.#file = await this.#open();
    const blank = Buffer.from(`${" ".repeat(SLOT_BYTES - 1)}\n`.repeat(2), "latin1");
    await writeFully(this.#file, [blank], 0);
    await this.#file.sync();
  }

  async #open(): Promise<WalFile> {
    try {
      return await this.#fileSystem.open(this.#path, "update");
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      return await this.#fileSystem.open(this.#path, "create");
    }
  }
}

/** Reads the position that a directory's cursor file holds. Works on a live directory. */
export async function readCursor(
  fileSystem: FileSystem,
  path: string,
): Promise<(CursorPosition & { generation: number }) | undefined> {
  try {
    const file = await fileSystem.open(path, "read");
    try {
      return await newest(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function newest(file: WalFile): Promise<(CursorPosition & { generation: number }) | undefined> {
  const bytes = Buffer.alloc(2 * SLOT_BYTES);
  await readFully(file, bytes, 0);
  return [0, SLOT_BYTES]
    .map((at) => SLOT.exec(bytes.toString("latin1", at, at + SLOT_BYTES)))
    .filter((match) => match !== null)
    .filter((match) => crc32(Buffer.from(match[1]!, "latin1")) === parseInt(match[5]!, 16))
    .map((match) => ({ seq: Number(match[2]), offset: Number(match[3]), generation: Number(match[4]) }))
    .sort((a, b) => b.generation - a.generation)[0];
}
