import { NAME_KEYS } from "../terms/dimensions";
import type { JsonObject } from "../terms/json";
import type { Bucket } from "./rows/buckets";

/** A re-sync reaches back so far, and some days more. */
const REMEMBERED_MS = 40 * 86_400_000;
/** More groups than this are not remembered; a converter warns of far fewer series. */
const MOST_GROUPS = 200_000;

interface Known {
  names: JsonObject;
  /** Names of before, and when they ended. */
  before: { readonly names: JsonObject; readonly until: number }[];
}

/**
 * Remembers the names that are tags. When a queue is renamed its points become another series, and a bucket that is
 * asked again stands in both: what the old series says of it has to be taken back, or sums double.
 */
export class Renames {
  readonly #groups = new Map<string, Known>();

  /**
   * The groups, with the old names, whose series still have points of a bucket.
   *
   * @param group as it comes now
   * @param shape tells the series of one sort of answer from those of others
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
