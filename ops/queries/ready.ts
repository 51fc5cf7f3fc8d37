import * as flux from "./flux";
import { type Kpi, KPIS } from "./kpis";
import { INFLUXQL, kpi as sqlKpi, SQL } from "./sql-like";

/** One question in three languages, as in the README: the last day in half hours, over all queues or agents. */
export interface ReadyQuery {
  readonly kpi: Kpi;
  readonly flux: string;
  readonly influxql: string;
  readonly sql: string;
}

/** Queries to copy, over a bucket `genesys`; the figures of a whole day, as a ratio of one half hour misleads. */
export const READY_QUERIES: readonly ReadyQuery[] = Object.values(KPIS).map((kpi: Kpi) => ({
  kpi,
  flux: flux.kpi({ bucket: '"genesys"', time: "start: -24h", granularity: "PT30M" }, kpi),
  influxql: sqlKpi(INFLUXQL, { bucket: "", time: "time > now() - 24h", granularity: "PT30M" }, kpi),
  sql: sqlKpi(SQL, { bucket: "", time: "time > now() - INTERVAL '24 hours'", granularity: "PT30M" }, kpi),
}));
