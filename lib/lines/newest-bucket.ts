import { GRANULARITY_TAG } from "../terms/fields";

/** A time in nanoseconds from 2001 to 2286. */
const STAMP_LENGTH = 19;
const SPACE = 0x20;
const TAG = `,${GRANULARITY_TAG}=`;
/** Of a long list so many lines are looked at: reading each would be felt, and its buckets come in many lines. */
const LOOKS = 64;

/**
 * When the newest bucket among lines of line protocol begins. Lines of buckets have a tag for their granularity, and
 * times in nanoseconds; all others are passed over. Of more than 64 lines, some are looked at.
 *
 * @param than only buckets later than this are looked for, milliseconds since the epoch
 * @returns milliseconds since the epoch; `than` where no bucket is later
 */
export function newestBucket(lines: readonly string[], than: number | undefined): number | undefined {
  let newest = than === undefined ? "" : `${than}000000`;
  const known = newest;
  // An odd step, as the buckets of a group come one after the other, often two of them.
  const step = lines.length <= LOOKS ? 1 : Math.ceil(lines.length / LOOKS) | 1;
  for (let index = 0; index < lines.length; index += step) {
    const line = lines[index]!;
    const at = line.length - STAMP_LENGTH;
    const stamp = line.slice(at);
    // As texts of one length, times compare like numbers.
    if (stamp <= newest || line.charCodeAt(at - 1) !== SPACE) continue;
    const tag = line.indexOf(TAG);
    if (tag >= 0 && tag < line.indexOf(" ") && !stamp.includes(" ")) newest = stamp;
  }
  return newest === known ? than : Math.floor(Number(newest) / 1_000_000);
}
