import { NAME_KEYS } from "../terms/dimensions";
import type { JsonObject } from "../terms/json";
import type { Bucket } from "./rows/buckets";

/** How long former names are remembered: longer than the longest re-sync reaches back. */
const REMEMBERED_MS = 40 * 86_400_000;
/** Bound of remembered groups; a converter warns of far fewer series. */
const MOST_GROUPS = 200_000;

interface Known {
  names: JsonObject;
  /** Former names, and when they ended. */
  before: { readonly names: JsonObject; readonly until: number }[];
}

/**
 * Remembers names that are tags. After a rename a queue's points are another series, and a bucket that is asked again
 * would stand in both: its old points are taken back, or sums would double.
 */
export class Renames {
  readonly #groups = new Map<string, Known>();

  /**
   * Lists the group with each former name whose series may have points of a bucket.
   *
   * @param group with its present names
   * @param shape of the answer's series, see {@link Heads.shape}
   * @param now milliseconds since the epoch
   */
  oldGroups(group: JsonObject, shape: string, { range }: Bucket, now: number): readonly JsonObject[] {
    const names: JsonObject = {};
    const ids: JsonObject = {};
    for (const key in group) (NAME_KEYS.includes(key) ? names : ids)[key] = group[key];
    const key = `${shape} ${JSON.stringify(ids)}`;
    const known = this.#groups.get(key);
    if (!known) {
      if (this.#groups.size < MOST_GROUPS) this.#groups.set(key, { names, before: [] });
      return [];
    }
    if (!sameNames(known.names, names)) {
      known.before = known.before.filter(
        (old) => !sameNames(old.names, names) && old.until > now - REMEMBERED_MS,
      );
      known.before.push({ names: known.names, until: now });
      known.names = names;
    }
    return known.before.filter(({ until }) => range.start < until).map((old) => ({ ...ids, ...old.names }));
  }
}

function sameNames(a: JsonObject, b: JsonObject): boolean {
  return NAME_KEYS.every((key) => a[key] === b[key]);
}
