/** Facts about one property of `stats` in answers of Genesys Cloud's analytics. */
export interface StatisticFacts {
  /**
   * The type of its field. Counts are int64 by the API's own description; sums, extremes, ratios and targets are
   * doubles there, although samples show whole numbers.
   */
  readonly type: "int" | "float";
  /** How two values of one metric and bucket are merged; `last`: the later one holds. */
  readonly merge: "sum" | "min" | "max" | "last";
  /** Whether it is 0 when nothing happened; an extreme or a ratio of nothing is no number. */
  readonly zeroWhenNone: boolean;
  /** Whether it becomes 0 when Genesys takes the value back; `false`: a setting, which stays as it was. */
  readonly zeroWhenTakenBack: boolean;
}

/**
 * All statistics that become fields `<metric>_<statistic>`, in the order in which they are written. This is the only
 * list of them. Names: `AggregateViewData` and `StatisticalSummary` of the official JavaScript SDK 262.0.0.
 */
export const STATISTICS = {
  count: { type: "int", merge: "sum", zeroWhenNone: true, zeroWhenTakenBack: true },
  countNegative: { type: "int", merge: "sum", zeroWhenNone: true, zeroWhenTakenBack: true },
  countPositive: { type: "int", merge: "sum", zeroWhenNone: true, zeroWhenTakenBack: true },
  sum: { type: "float", merge: "sum", zeroWhenNone: true, zeroWhenTakenBack: true },
  min: { type: "float", merge: "min", zeroWhenNone: false, zeroWhenTakenBack: true },
  max: { type: "float", merge: "max", zeroWhenNone: false, zeroWhenTakenBack: true },
  current: { type: "float", merge: "last", zeroWhenNone: false, zeroWhenTakenBack: false },
  ratio: { type: "float", merge: "last", zeroWhenNone: false, zeroWhenTakenBack: true },
  numerator: { type: "float", merge: "sum", zeroWhenNone: false, zeroWhenTakenBack: true },
  denominator: { type: "float", merge: "sum", zeroWhenNone: false, zeroWhenTakenBack: true },
  target: { type: "float", merge: "last", zeroWhenNone: false, zeroWhenTakenBack: false },
  p95: { type: "int", merge: "last", zeroWhenNone: false, zeroWhenTakenBack: true },
  p99: { type: "int", merge: "last", zeroWhenNone: false, zeroWhenTakenBack: true },
  calculatedMetricValue: { type: "int", merge: "last", zeroWhenNone: false, zeroWhenTakenBack: true },
} as const satisfies Readonly<Record<string, StatisticFacts>>;

/** A statistic that becomes a field. */
export type Statistic = keyof typeof STATISTICS;

/** The names, in the order in which fields are written. */
export const STATISTIC_NAMES = Object.keys(STATISTICS) as readonly Statistic[];

/** Whether a foreign name is that of a statistic. */
export function isStatistic(name: string): name is Statistic {
  return Object.hasOwn(STATISTICS, name);
}

/** The statistic at the end of a field's name, `sum` of `tWait_sum`; `undefined` for other fields. */
export function statisticOf(field: string): Statistic | undefined {
  const name = field.slice(field.lastIndexOf("_") + 1);
  return name.length < field.length && isStatistic(name) ? name : undefined;
}
