/** Ids of queues, as the server that stands for Genesys Cloud has them. */
export function queueIds(first: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, n) => `1d1af111-b11c-11f1-b111-${String(first + n).padStart(12, "0")}`,
  );
}
