import { asError } from "../terms/as-error";
import { errorCode, type WalFile } from "./file-system";

/** Error codes of a place on the disk that cannot be read, and of nothing else. */
const BAD_SECTOR = new Set(["EIO", "ENODATA", "EBADMSG", "EREMOTEIO"]);
/** What fails so often in a row for a place on the disk is read without it; tries are some seconds apart. */
export const MAX_TRIES = 12;
/** Disks have sectors of 512 or 4,096 bytes. */
const BLOCK_BYTES = 4 * 1024;

/** Names the file that could not be read. */
export function unreadable(name: string, cause: unknown): Error {
  const words = asError(cause).message;
  return Object.assign(new Error(`${name}: ${words}`, { cause }), { code: errorCode(cause) });
}

/** Whether a read failed for the place that was read. */
export function isBadSector(error: unknown): boolean {
  return BAD_SECTOR.has(errorCode(error));
}

/**
 * Reads a file with bad sectors: what the disk has long failed to give reads as zeros, which are damage like any other.
 *
 * @param alone whether nothing else on this disk was seen to be readable: then a part of the file must be, as a disk
 *   that gives nothing at all is away, not damaged
 */
export function salvaging(file: WalFile, alone: boolean): WalFile {
  let readable = !alone;
  const readBlocks = async (target: Uint8Array, position: number, failure: unknown): Promise<number> => {
    let filled = 0;
    while (filled < target.length) {
      const at = position + filled;
      const block = target.subarray(filled, filled + BLOCK_BYTES - (at % BLOCK_BYTES));
      const count = await file.read(block, at).catch((error: unknown) => {
        if (!isBadSector(error)) throw error;
        block.fill(0);
        return -1;
      });
      if (count === 0) break;
      if (count > 0) readable = true;
      filled += count > 0 ? count : block.length;
    }
    if (!readable) throw failure;
    return filled;
  };
  return {
    write: (buffers, position) => file.write(buffers, position),
    read: (target, position) =>
      file.read(target, position).catch((error: unknown) => {
        if (!isBadSector(error)) throw error;
        return readBlocks(target, position, error);
      }),
    truncate: (length) => file.truncate(length),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
