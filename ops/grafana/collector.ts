import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";

const DATASOURCE: common.DataSourceRef = { type: "prometheus", uid: "${datasource}" };
/** The job that the reader chooses: one Node-RED. */
const OF = '{job="$job"}';

const query = (expr: string, legend: string, refId = "A") =>
  new prometheus.DataqueryBuilder().expr(expr).legendFormat(legend).refId(refId).range();

function figure(title: string, expr: string, unit: string, description = "") {
  return new stat.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .unit(unit)
    .noValue("–")
    .graphMode(common.BigValueGraphMode.None)
    .span(4)
    .height(4)
    .withTarget(query(expr, ""));
}

function course(
  title: string,
  unit: string,
  queries: readonly [expr: string, legend: string][],
  description = "",
) {
  const panel = new timeseries.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .unit(unit)
    .min(0)
    .fillOpacity(10)
    .span(12)
    .height(8);
  queries.forEach(([expr, legend], index) => panel.withTarget(query(expr, legend, "ABCDE"[index])));
  return panel;
}

/** The dashboard of the collector itself, from the metrics of `collector-health`. */
export function collector() {
  const builder = new dashboard.DashboardBuilder("Collector")
    .uid("genesys-influx-collector")
    .description("Polls, log and writes of the Node-RED that collects, as Prometheus sees them.")
    .tags(["genesys", "node-red", "prometheus"])
    .timezone("browser")
    .editable()
    .refresh("30s")
    .time({ from: "now-6h", to: "now" })
    .withVariable(
      new dashboard.DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"),
    )
    .withVariable(
      new dashboard.QueryVariableBuilder("job")
        .label("Job")
        .datasource(DATASOURCE)
        .query("label_values(genesys_influx_status, job)"),
    );
  const panels = [
    figure("State", `max by (status) (genesys_influx_status${OF} == 1)`, "none", "The name beside the 1."),
    figure("Since the last poll", `time() - max(genesys_influx_last_poll_timestamp_seconds${OF})`, "s"),
    figure(
      "Age of the newest bucket",
      `time() - max(genesys_influx_newest_bucket_timestamp_seconds${OF})`,
      "s",
      "Counted from the start of the newest bucket that InfluxDB confirmed: what a reader of the data waits for.",
    ),
    figure("Waiting on disk", `sum(genesys_influx_wal_pending_lines${OF})`, "short"),
    figure("Oldest waiting line", `max(genesys_influx_wal_oldest_age_seconds${OF})`, "s"),
    figure("Size of the logs", `sum(genesys_influx_wal_bytes${OF})`, "bytes"),
    course("Lines", "short", [
      [`sum(rate(genesys_influx_lines_written_total${OF}[5m]))`, "written / s"],
      [`sum(rate(genesys_influx_lines_rejected_total${OF}[5m]))`, "rejected / s"],
      [`sum(rate(genesys_influx_lines_dropped_total${OF}[5m]))`, "dropped / s"],
      [`sum(rate(genesys_influx_lines_unchanged_total${OF}[5m]))`, "unchanged / s"],
    ]),
    course("Waiting on disk", "short", [[`genesys_influx_wal_pending_lines${OF}`, "{{name}}"]]),
    course("Write latency", "s", [
      [
        `histogram_quantile(0.5, sum by (le) (rate(genesys_influx_write_latency_seconds_bucket${OF}[5m])))`,
        "p50",
      ],
      [
        `histogram_quantile(0.95, sum by (le) (rate(genesys_influx_write_latency_seconds_bucket${OF}[5m])))`,
        "p95",
      ],
    ]),
    course("Errors by cause", "short", [
      [`sum by (cause) (increase(genesys_influx_errors_total${OF}[5m]))`, "{{cause}}"],
    ]),
    course("Used part of the request budget", "percentunit", [
      [`genesys_influx_rate_limit_used_ratio${OF}`, "{{name}}"],
    ]),
    course("Polls", "short", [
      [`sum(increase(genesys_influx_polls_total${OF}[5m]))`, "answered in 5 min"],
      [`sum(increase(genesys_influx_polls_skipped_total${OF}[5m]))`, "skipped in 5 min"],
    ]),
  ];
  for (const panel of panels) builder.withPanel(panel);
  return builder;
}
