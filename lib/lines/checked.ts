import { MAX_LINE_BYTES } from "./check";

/** Lists of lines that were checked in this process, each with the very strings that it held then. */
const checked = new WeakMap<readonly unknown[], readonly string[]>();

/**
 * Notes that every line of a list is sound, so that the next node need not look at each again.
 *
 * @returns the list
 */
export function markChecked<T extends readonly string[]>(lines: T): T {
  checked.set(lines, lines.slice());
  return lines;
}

/**
 * The same for lines that our own encoder made: they are sound but for their length, which names and texts may stretch.
 *
 * @returns the list
 */
export function markMade<T extends readonly string[]>(lines: T): T {
  return lines.some(({ length }) => length * 3 > MAX_LINE_BYTES) ? lines : markChecked(lines);
}

/**
 * Whether a list is one that was checked, and holds the same strings in the same order as then: a function node in
 * between may have changed, cut or reordered it. A copy, as Node-RED makes for a second wire, counts as unknown.
 */
export function isChecked(lines: readonly unknown[]): boolean {
  const then = checked.get(lines);
  if (then?.length !== lines.length) return false;
  for (let at = 0; at < then.length; at++) if (lines[at] !== then[at]) return false;
  return true;
}
