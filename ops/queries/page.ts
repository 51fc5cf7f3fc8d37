import { READY_QUERIES } from "./ready";

/** `docs/queries.md`: every ready query in the three languages, with what misleads about its figure. */
export function queriesPage(): string {
  return [
    "# Ready queries",
    "",
    "The figures that managers ask for, over the last day, from a bucket `genesys` and half-hour points. Change the range, the",
    "bucket and `granularity` to yours; add a condition on a tag (`queueId`, `mediaType`, `env`) or group by it. Sums are divided, ratios",
    "never averaged. Written by `npm run ops`; each is run by the tests: Flux on InfluxDB 2.9.1, InfluxQL on 1.8.10, SQL on Apache",
    "DataFusion, InfluxDB 3's query engine.",
    ...READY_QUERIES.flatMap(({ kpi, flux, influxql, sql }) => [
      "",
      `## ${kpi.title}`,
      "",
      `In ${kpi.unit === "percent" ? "percent" : "seconds"}. ${kpi.trap}`,
      "",
      "```flux",
      flux,
      "```",
      "",
      "```sql",
      "-- InfluxQL",
      influxql,
      "-- SQL",
      sql,
      "```",
    ]),
    "",
  ].join("\n");
}
