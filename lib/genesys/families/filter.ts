import { FAMILY_PREDICATES_CAP } from "./table";

/** Chosen values by dimension. */
export type FilterValues = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `dimension=value` entries: values of one dimension are alternatives, and all dimensions have to fit.
 *
 * @throws Error naming an entry that is none, or that there are too many
 */
export function readFilter(entries: readonly string[]): FilterValues {
  const values = new Map<string, string[]>();
  for (const entry of entries) {
    const [, dimension, value] = /^\s*([A-Za-z]\w*)\s*=\s*(.*\S)\s*$/.exec(entry) ?? [];
    if (!dimension || !value)
      throw new Error(`filter "${entry}" is no dimension=value, such as mediaType=voice`);
    const known = values.get(dimension) ?? [];
    if (!known.includes(value)) known.push(value);
    values.set(dimension, known);
  }
  const count = [...values.values()].flat().length;
  if (count > FAMILY_PREDICATES_CAP) {
    throw new Error(
      `filter has ${count} values, and Genesys Cloud takes ${FAMILY_PREDICATES_CAP}: use fewer`,
    );
  }
  return values;
}
