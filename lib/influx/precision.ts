/** Unit of the timestamps in the lines. */
export type Precision = "ns" | "us" | "ms" | "s";

/** Nanoseconds in one unit. */
export const NS_PER_UNIT: Readonly<Record<Precision, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
};

/** Digits of a time in nanoseconds since 1973; in a coarser unit no server could store such a time. */
const NS_DIGITS = 18;

/**
 * Converts a line for a request of this precision. Only a time that must be one in nanoseconds is converted:
 * `wal-buffer` stamps lines without a time in nanoseconds, whatever the unit of other lines.
 */
export function inPrecision(line: string, precision: Precision): string {
  if (precision === "ns") return line;
  const at = line.lastIndexOf(" ") + 1;
  const digits = line.length - at;
  if (digits < NS_DIGITS || digits > NS_DIGITS + 1 || !/^\d+$/.test(line.slice(at))) return line;
  return line.slice(0, at) + String(BigInt(line.slice(at)) / NS_PER_UNIT[precision]);
}
