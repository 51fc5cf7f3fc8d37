import type { WalRecord } from "./reader";

/** What goes out as one message: a record, or several that wait, joined. */
export interface Parcel {
  /** The number of its first record, by which outcomes name it. */
  readonly seq: number;
  readonly records: readonly WalRecord[];
  readonly lines: readonly string[];
}

/** @param records at least one */
export function parcelOf(records: readonly WalRecord[]): Parcel {
  const [first] = records;
  return {
    seq: first!.seq,
    records,
    lines: records.length === 1 ? first!.lines : records.flatMap(({ lines }) => lines),
  };
}

/** How many lines of each record the server refused. @param refused by line of the parcel, counted from 0 */
export function refusedByRecord({ records }: Parcel, refused: ReadonlySet<number>): number[] {
  let at = 0;
  return records.map(({ lines }) => {
    let count = 0;
    for (const end = at + lines.length; at < end; at++) if (refused.has(at)) count++;
    return count;
  });
}
