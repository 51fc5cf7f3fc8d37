/** One comparison: the dimension has this value, or (without one) any value at all. */
export interface Predicate<Dimension extends string> {
  readonly type: "dimension";
  readonly dimension: Dimension;
  readonly operator: "matches" | "exists";
  readonly value?: string;
}

/** An `and` of `or`s: the one shape of filter that this package sends. A flat `or` is known to return a subset only. */
export interface Filter<Dimension extends string> {
  readonly type: "and";
  readonly clauses: { readonly type: "or"; readonly predicates: Predicate<Dimension>[] }[];
}

/** By dimension the allowed values, or `"exists"`. Empty lists and absent ones do not filter. */
export type Wanted<Dimension extends string> = Partial<
  Readonly<Record<Dimension, readonly string[] | "exists" | undefined>>
>;

/** Builds the filter of a query. @returns `undefined` when nothing is filtered */
export function filterOf<Dimension extends string>(wanted: Wanted<Dimension>): Filter<Dimension> | undefined {
  const clauses: Filter<Dimension>["clauses"] = [];
  for (const [dimension, values] of Object.entries(wanted) as [Dimension, Wanted<Dimension>[Dimension]][]) {
    const predicates = predicatesOf(dimension, values);
    if (predicates.length > 0) clauses.push({ type: "or", predicates });
  }
  return clauses.length > 0 ? { type: "and", clauses } : undefined;
}

function predicatesOf<Dimension extends string>(
  dimension: Dimension,
  values: readonly string[] | "exists" | undefined,
): Predicate<Dimension>[] {
  if (values === "exists") return [{ type: "dimension", dimension, operator: "exists" }];
  return (values ?? []).map((value) => ({ type: "dimension", dimension, operator: "matches", value }));
}
