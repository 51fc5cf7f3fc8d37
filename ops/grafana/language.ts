import type { Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as flux from "../queries/flux";
import type { Kpi } from "../queries/kpis";
import type { Cut, Latest, Scope } from "../queries/scope";
import * as sql from "../queries/sql-like";

/** How the answer is drawn: rows of a table, or lines over time. */
export type Shape = "table" | "time_series";

/** One query language of InfluxDB, as a dashboard speaks it: with Grafana's variables in the place of values. */
export interface Language {
  readonly id: "flux" | "influxql" | "sql";
  readonly label: string;
  /** Needs the name of a bucket; the others ask the database of the data source. */
  readonly hasBucket: boolean;
  target(query: string, refId: string, shape: Shape): Dataquery;
  kpi(kpi: Kpi, cut?: Cut): string;
  counts(measurement: string, fields: readonly string[], cut?: Cut): string;
  latest(measurement: string, fields: readonly string[], series: readonly string[], how?: Latest): string;
  names(measurement: string, field: string, tag: string): string;
}

/** Variables that every dashboard has; Grafana puts the values in. */
export const VARIABLES = { bucket: "${bucket}", granularity: "${granularity}", env: "${env}" } as const;

const dataquery = (fields: Record<string, unknown>) => fields as unknown as Dataquery;

const fluxScope: Scope = {
  bucket: `"${VARIABLES.bucket}"`,
  time: "start: v.timeRangeStart, stop: v.timeRangeStop",
  where: [`r.env =~ /^${VARIABLES.env}$/`],
};

const FLUX: Language = {
  id: "flux",
  label: "Flux",
  hasBucket: true,
  target: (query, refId) => dataquery({ refId, query }),
  kpi: (kpi, cut) => flux.kpi(buckets(fluxScope), kpi, cut),
  counts: (measurement, fields, cut) => flux.counts(buckets(fluxScope), measurement, fields, cut),
  latest: (measurement, fields, _series, how) => flux.latest(fluxScope, measurement, fields, how),
  names: (measurement, field, tag) => flux.names(fluxScope, measurement, field, tag),
};

function sqlLanguage(
  dialect: sql.Dialect,
  scope: Scope,
  rest: Pick<Language, "id" | "label" | "target">,
): Language {
  return {
    ...rest,
    hasBucket: false,
    kpi: (kpi, cut) => sql.kpi(dialect, buckets(scope), kpi, cut),
    counts: (measurement, fields, cut) => sql.counts(dialect, buckets(scope), measurement, fields, cut),
    latest: (measurement, fields, series, how) =>
      sql.latest(dialect, scope, measurement, fields, series, how),
    names: (measurement, field, tag) => sql.names(dialect, scope, measurement, field, tag),
  };
}

const INFLUXQL = sqlLanguage(
  sql.INFLUXQL,
  { bucket: "", time: "$timeFilter", where: [`"env" =~ /^${VARIABLES.env}$/`] },
  {
    id: "influxql",
    label: "InfluxQL",
    target: (query, refId, resultFormat) => dataquery({ refId, query, rawQuery: true, resultFormat }),
  },
);

const SQL = sqlLanguage(
  sql.SQL,
  { bucket: "", time: "$__timeFilter(time)", where: [`env ~ '^${VARIABLES.env}$'`] },
  {
    id: "sql",
    label: "SQL",
    target: (rawSql, refId, format) => dataquery({ refId, rawSql, rawQuery: true, format }),
  },
);

export const LANGUAGES: readonly Language[] = [FLUX, INFLUXQL, SQL];

/** The same scope for points of buckets: one granularity, or a sum counts a half hour and its day twice. */
function buckets(scope: Scope): Scope {
  return { ...scope, granularity: VARIABLES.granularity };
}
