import type { Kpi, Term } from "./kpis";
import type { Cut, Latest, Scope } from "./scope";

/** Where InfluxQL and the SQL of InfluxDB 3 differ. */
export interface Dialect {
  /** The expression of a row's time, and its name where the language needs one. */
  readonly time: { group: (every: string) => string; select: (every: string) => string[] };
  readonly tail: string;
  readonly decimal: (expression: string) => string;
  readonly orderBy: (columns: readonly string[]) => string;
  /** Whether a tag is selected by grouping alone. */
  readonly groupsSelect: boolean;
  readonly lastText: (field: string) => string;
  /** The last point of each series. */
  readonly last: (
    measurement: string,
    fields: readonly string[],
    series: readonly string[],
    where: string,
  ) => string;
}

/** InfluxQL, of InfluxDB 1.x and of the v1 API of 2 and 3. */
export const INFLUXQL: Dialect = {
  time: { group: (every) => `time(${every})`, select: () => [] },
  tail: " fill(none)",
  decimal: (expression) => expression,
  orderBy: () => "",
  groupsSelect: true,
  lastText: (field) => `last("${field}")`,
  last: (measurement, fields, series, where) =>
    `SELECT ${fields.map((field) => `last("${field}") AS "${field}"`).join(", ")} FROM "${measurement}" WHERE ${where} GROUP BY ${quoted(series)}`,
};

/** SQL of InfluxDB 3, that is of Apache DataFusion. */
export const SQL: Dialect = {
  time: {
    group: (every) => bin(every),
    select: (every) => [`${bin(every)} AS time`],
  },
  tail: "",
  decimal: (expression) => `CAST(${expression} AS DOUBLE)`,
  orderBy: (columns) => (columns.length > 0 ? ` ORDER BY ${columns.join(", ")}` : ""),
  groupsSelect: false,
  lastText: (field) => `last_value("${field}" ORDER BY time)`,
  last: (measurement, _fields, series, where) =>
    `SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY ${quoted(series)} ORDER BY time DESC) AS newest FROM "${measurement}" WHERE ${where}) WHERE newest = 1`,
};

const UNITS: Readonly<Record<string, string>> = { m: "minutes", h: "hours", d: "days" };

function bin(every: string): string {
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(every) ?? [];
  const words = UNITS[unit];
  return `date_bin(INTERVAL '${words ? `${count} ${words}` : every}', time)`;
}

/** A figure over time, or one a tag value: time, the tag, the figure under its id. */
export function kpi(dialect: Dialect, scope: Scope, which: Kpi, cut: Cut = {}): string {
  const value = `${which.scale} * (${total(dialect, which.numerator)}) / (${total(dialect, which.denominator)})`;
  return select(dialect, scope, which.measurement, [`${value} AS "${which.id}"`], cut);
}

/** Sums of fields over time, or one row a tag value: a column a field. */
export function counts(
  dialect: Dialect,
  scope: Scope,
  measurement: string,
  fields: readonly string[],
  cut: Cut = {},
): string {
  const columns = fields.map((field) => `sum("${field}") AS "${field}"`);
  return select(dialect, scope, measurement, columns, cut);
}

/**
 * The last value of each field of each series, summed (or the largest of them), over all or one row a tag value.
 *
 * @param series the tags of the measurement
 */
export function latest(
  dialect: Dialect,
  { time, where = [] }: Scope,
  measurement: string,
  fields: readonly string[],
  series: readonly string[],
  { by, merge = "sum" }: Latest = {},
): string {
  const conditions = [time, ...where].join(" AND ");
  const key = by ? [`"${by}"`] : [];
  const columns = fields.map((field) => `${merge}("${field}") AS "${field}"`);
  const group = key.length > 0 ? ` GROUP BY ${key.join(", ")}` : "";
  const selected = [...(dialect.groupsSelect ? [] : key), ...columns].join(", ");
  return `SELECT ${selected} FROM (${dialect.last(measurement, fields, series, conditions)})${group}${dialect.orderBy(key)}`;
}

/** The last text of a field for each value of a tag, such as the name of each queue: the tag and the field. */
export function names(
  dialect: Dialect,
  { time, where = [] }: Scope,
  measurement: string,
  field: string,
  tag: string,
): string {
  const column = `${dialect.lastText(field)} AS "${field}"`;
  const selected = [...(dialect.groupsSelect ? [] : [`"${tag}"`]), column].join(", ");
  return `SELECT ${selected} FROM "${measurement}" WHERE ${[time, ...where].join(" AND ")} GROUP BY "${tag}"`;
}

function select(
  dialect: Dialect,
  { time, granularity, where = [] }: Scope,
  measurement: string,
  columns: readonly string[],
  { by, every }: Cut,
): string {
  const conditions = [
    time,
    ...(granularity === undefined ? [] : [`"granularity" = '${granularity}'`]),
    ...where,
  ];
  const keys = by ? [`"${by}"`] : [];
  const groups = [...(every ? [dialect.time.group(every)] : []), ...keys];
  const selected = [
    ...(every ? dialect.time.select(every) : []),
    ...(dialect.groupsSelect ? [] : keys),
    ...columns,
  ];
  return [
    `SELECT ${selected.join(", ")}`,
    `FROM "${measurement}"`,
    `WHERE ${conditions.join(" AND ")}`,
    ...(groups.length > 0 ? [`GROUP BY ${groups.join(", ")}${every ? dialect.tail : ""}`] : []),
  ]
    .join(" ")
    .concat(dialect.orderBy([...(every ? ["1"] : []), ...keys]));
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

const total = ({ decimal }: Dialect, terms: readonly Term[]) =>
  terms
    .map(({ field, sign }, index) => {
      const sum = decimal(`sum("${field}")`);
      return sign < 0 ? ` - ${sum}` : index > 0 ? ` + ${sum}` : sum;
    })
    .join("");
