import { badRequest, invalidValue, missingField } from "./errors";
import { isObject, knownFields, oneOf } from "./request";
import type { JsonObject } from "./request";

/** The value of a dimension of whatever is being filtered; `undefined` when it has none. */
export type Dimensions = (dimension: string) => string | undefined;

/** A filter of an analytics query, checked and ready for use. */
export interface Filter {
  matches(dimensions: Dimensions): boolean;
  /** The only values of a dimension that can match; `undefined` when the filter leaves it open. */
  values(dimension: string): ReadonlySet<string> | undefined;
}

/** A filter that lets everything pass. */
const OPEN: Filter = { matches: () => true, values: () => undefined };

/**
 * Reads `filter`: `{type, clauses: [{type, predicates}], predicates}`, at most two levels.
 *
 * @param dimensions those that predicates may name
 * @param maxPredicates most predicates in all
 */
export function readFilter(value: unknown, dimensions: readonly string[], maxPredicates = Infinity): Filter {
  if (value === undefined || value === null) return OPEN;
  let predicates = 0;
  const level = (object: unknown, nested: boolean): Filter => {
    if (!isObject(object)) throw invalidValue(object, "QueryFilter");
    knownFields(
      object,
      nested ? "QueryClause" : "QueryFilter",
      nested ? ["type", "predicates"] : ["type", "clauses", "predicates"],
    );
    const type = oneOf(object["type"], ["and", "or"], nested ? "QueryClauseType" : "QueryFilterType");
    const parts = [
      ...list(object, "clauses").map((clause) => level(clause, true)),
      ...combinePredicates(
        type,
        list(object, "predicates").map((predicate) => {
          predicates++;
          return readPredicate(predicate, dimensions);
        }),
      ),
    ];
    return parts.length === 0 ? OPEN : type === "and" ? allOf(parts) : anyOf(parts);
  };
  const filter = level(value, false);
  if (predicates > maxPredicates) {
    throw badRequest(
      `The query has [${predicates}] predicates. The maximum number of predicates is [${maxPredicates}]`,
    );
  }
  return filter;
}

function list(object: JsonObject, field: string): readonly unknown[] {
  const value = object[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidValue(value, field);
  return value;
}

interface Predicate {
  readonly dimension: string;
  readonly operator: "matches" | "exists" | "notExists";
  readonly value: string;
}

function readPredicate(value: unknown, dimensions: readonly string[]): Predicate {
  if (!isObject(value)) throw invalidValue(value, "QueryPredicate");
  knownFields(value, "QueryPredicate", [
    "type",
    "dimension",
    "operator",
    "value",
    "range",
    "metric",
    "property",
    "propertyType",
  ]);
  const type = oneOf(value["type"] ?? "dimension", ["dimension", "property", "metric"], "QueryPredicateType");
  if (type !== "dimension") throw badRequest(`Predicates of type [${type}] are not supported by this query.`);
  const operator = oneOf(
    value["operator"] ?? "matches",
    ["matches", "exists", "notExists"],
    "QueryPredicateOperator",
  );
  if (value["dimension"] === undefined) throw missingField("dimension");
  const dimension = oneOf(value["dimension"], dimensions, "QueryPredicateDimension");
  const text = value["value"];
  if (operator === "matches" && (typeof text !== "string" || text === "")) throw invalidValue(text, "value");
  return { dimension, operator, value: typeof text === "string" ? text : "" };
}

/** Alternatives for one dimension become one set: a filter over hundreds of ids stays quick. */
function combinePredicates(type: "and" | "or", predicates: readonly Predicate[]): Filter[] {
  if (type === "and")
    return predicates.map(({ dimension, operator, value }) => single(dimension, operator, new Set([value])));
  const sets = new Map<string, Set<string>>();
  const others: Filter[] = [];
  for (const { dimension, operator, value } of predicates) {
    if (operator !== "matches") others.push(single(dimension, operator, new Set()));
    else sets.set(dimension, (sets.get(dimension) ?? new Set()).add(value));
  }
  return [...[...sets].map(([dimension, values]) => single(dimension, "matches", values)), ...others];
}

function single(dimension: string, operator: Predicate["operator"], values: ReadonlySet<string>): Filter {
  return {
    matches(dimensions) {
      const value = dimensions(dimension);
      if (operator === "exists") return value !== undefined;
      if (operator === "notExists") return value === undefined;
      return value !== undefined && values.has(value);
    },
    values: (asked) => (operator === "matches" && asked === dimension ? values : undefined),
  };
}

function allOf(parts: readonly Filter[]): Filter {
  return {
    matches: (dimensions) => parts.every((part) => part.matches(dimensions)),
    values(dimension) {
      const sets = parts.map((part) => part.values(dimension)).filter((set) => set !== undefined);
      const [first, ...rest] = sets;
      return first && new Set([...first].filter((value) => rest.every((set) => set.has(value))));
    },
  };
}

function anyOf(parts: readonly Filter[]): Filter {
  return {
    matches: (dimensions) => parts.some((part) => part.matches(dimensions)),
    values(dimension) {
      const sets = parts.map((part) => part.values(dimension));
      return sets.some((set) => set === undefined)
        ? undefined
        : new Set(sets.flatMap((set) => [...(set ?? [])]));
    },
  };
}
