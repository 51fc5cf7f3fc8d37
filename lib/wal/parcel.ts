import type { WalRecord } from "./reader";

/** The content of one message to the writer: one record, or several joined. */
export interface Parcel {
  /** The number of its first record: its name in outcomes. */
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

/** Counts the refused lines of each record. @param refused lines of the parcel, counted from 0 */
export function refusedByRecord({ records }: Parcel, refused: ReadonlySet<number>): number[] {
  let at = 0;
  return records.map(({ lines }) => {
    let count = 0;
    for (const end = at + lines.length; at < end; at++) if (refused.has(at)) count++;
    return count;
  });
}
