import { FAMILY_GROUPINGS, isFamily } from "../terms/families";
import { KINDS } from "../terms/kinds";
import type { AnswerContext } from "./answer";

/** The measurement of a kind or family without grouping: `genesys_queue`, `genesys_flows`. */
export function defaultName({ kind, family }: AnswerContext): string {
  return KINDS[kind].measurement ?? `genesys_${family}`;
}

/**
 * The measurement of an answer's points: the name, with `_by_<dimensions>` for buckets of another grouping than the
 * name's own, so that a sum over one measurement counts nothing twice. The dimensions are the added ones, for families
 * all, in alphabetical order.
 *
 * @param name the user's own, or {@link defaultName}
 * @param grouping all dimensions of the answer's rows
 */
export function measurementOf(name: string, answer: AnswerContext, grouping: readonly string[]): string {
  const { shape, about } = KINDS[answer.kind];
  if (shape !== "buckets") return name;
  const own: readonly string[] = ownGrouping(answer);
  const added = grouping.filter((dimension) => !own.includes(dimension));
  const missing = own.some((dimension) => !grouping.includes(dimension));
  if (added.length === 0 && !missing) return name;
  const shown = about === "family" || missing ? grouping : added;
  return `${name}_by_${[...shown].sort().join("_")}`;
}

/** The grouping of a kind's or family's plain measurement. */
function ownGrouping({ kind, family }: AnswerContext): readonly string[] {
  return KINDS[kind].groupBy ?? (isFamily(family) ? FAMILY_GROUPINGS[family] : []);
}
