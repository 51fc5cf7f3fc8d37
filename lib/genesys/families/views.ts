import { TAG_DIMENSIONS } from "../../terms/dimensions";
import { ENVIRONMENT_TAG, GRANULARITY_TAG, OWN_FIELD_NAMES } from "../../terms/fields";

/** A view as the API takes it: how often, and how long, a metric lay within a range of milliseconds. */
export interface View {
  readonly target: string;
  readonly name: string;
  readonly function: "rangeBound";
  readonly range: { readonly gte?: number; readonly lt?: number };
}

/** Names that a view must not have: tags and fields of ours. */
const RESERVED_NAMES: readonly string[] = [
  ...TAG_DIMENSIONS,
  ENVIRONMENT_TAG,
  GRANULARITY_TAG,
  ...OWN_FIELD_NAMES,
];

/** Views that one request takes. */
const MOST = 10;
const ENTRY = /^\s*([A-Za-z]\w*)\s*=\s*(t\w+)\s*:\s*(\d*)\s*-\s*(\d*)\s*$/;

/**
 * Reads `name=metric:gte-lt` entries, milliseconds, either bound may be absent: `quickly=tAnswered:-20000`.
 *
 * @param metrics those of the query; only timers can have views
 * @throws Error naming an entry that is wrong
 */
export function readViews(entries: readonly string[], metrics: readonly string[]): readonly View[] {
  if (entries.length > MOST) throw new Error(`views: Genesys Cloud takes ${MOST} at most`);
  const names = new Set<string>([...metrics, ...RESERVED_NAMES]);
  return entries.map((entry) => {
    const [, name, target, from = "", to = ""] = ENTRY.exec(entry) ?? [];
    if (!name || !target || (from === "" && to === "")) {
      throw new Error(
        `views "${entry}" is no name=metric:from-to in milliseconds, such as quickly=tAnswered:0-20000`,
      );
    }
    if (!metrics.includes(target)) throw new Error(`views "${entry}": ${target} is no timer of this query`);
    if (names.has(name)) throw new Error(`views "${entry}": the name ${name} is taken, choose another`);
    if (from !== "" && to !== "" && Number(from) >= Number(to)) {
      throw new Error(`views "${entry}": the range is empty`);
    }
    names.add(name);
    const range = { ...(from !== "" && { gte: Number(from) }), ...(to !== "" && { lt: Number(to) }) };
    return { target, name, function: "rangeBound", range };
  });
}
