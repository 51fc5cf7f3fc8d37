import { MAX_LINE_BYTES } from "./check";

/** Lists that were checked in this process, each with a copy of its strings at that time. */
const checked = new WeakMap<readonly unknown[], readonly string[]>();

/**
 * Marks a list whose lines are all sound, so that the next node need not check them again.
 *
 * @returns the list
 */
export function markChecked<T extends readonly string[]>(lines: T): T {
  checked.set(lines, lines.slice());
  return lines;
}

/**
 * The same for lines of our own encoder, which are sound unless long names and texts make them too long.
 *
 * @returns the list
 */
export function markMade<T extends readonly string[]>(lines: T): T {
  return lines.some(({ length }) => length * 3 > MAX_LINE_BYTES) ? lines : markChecked(lines);
}

/**
 * The lines of a list that was checked and has not changed since: a function node may have cut or reordered it.
 * A copy of the list, as Node-RED makes for a second wire, counts as unchecked.
 *
 * @returns what nobody else can change any more, whatever becomes of the list; `undefined` for an unchecked one
 */
export function checkedLines(lines: readonly unknown[]): readonly string[] | undefined {
  const then = checked.get(lines);
  if (then?.length !== lines.length) return undefined;
  for (let at = 0; at < then.length; at++) if (lines[at] !== then[at]) return undefined;
  return then;
}
