import { type Kpi, KPIS } from "../queries/kpis";
import * as flux from "../queries/flux";
import { BUCKETS, TASKS } from "./tasks";

/** One resource of an InfluxDB 2 template, https://docs.influxdata.com/influxdb/v2/tools/influxdb-templates/. */
interface Resource {
  readonly apiVersion: "influxdata.com/v2alpha1";
  readonly kind: "Bucket" | "CheckDeadman" | "CheckThreshold" | "Dashboard" | "Task";
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const DAY_S = 86_400;

const resource = (kind: Resource["kind"], name: string, spec: Resource["spec"]): Resource => ({
  apiVersion: "influxdata.com/v2alpha1",
  kind,
  metadata: { name },
  spec,
});

/** Of a dashboard of InfluxDB: its own variables in place of Grafana's. */
const scope = {
  bucket: `"${BUCKETS.raw}"`,
  time: "start: v.timeRangeStart, stop: v.timeRangeStop",
  granularity: "PT30M",
};

const kpiCell = (kpi: Kpi, index: number) => ({
  kind: "Single_Stat",
  name: kpi.title,
  note: kpi.trap,
  ...{ xPos: index * 3, yPos: 0, width: 3, height: 3 },
  suffix: kpi.unit === "percent" ? " %" : " s",
  ...{ decimalPlaces: 1, colors: [{ name: "laser", type: "text", hex: "#00C9FF", value: 0 }] },
  queries: [{ query: `${flux.kpi(scope, kpi)}\n  |> rename(columns: {${kpi.id}: "_value"})` }],
});

const course = (name: string, yPos: number, geom: "bar" | "line", query: string) => ({
  kind: "Xy",
  name,
  geom,
  ...{ xPos: 0, yPos, width: 12, height: 4 },
  colors: [{ name: "Nineteen Eighty Four", type: "scale", hex: "#31C0F6" }],
  axes: [
    { name: "x", scale: "linear" },
    { name: "y", scale: "linear" },
  ],
  queries: [{ query }],
});

/** Sums over all queues, as series: the fields stay rows, as InfluxDB's own graphs want them. */
const volumes = `from(bucket: "${BUCKETS.raw}")
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "genesys_queue" and r.granularity == "PT30M")
  |> filter(fn: (r) => r._field == "offered" or r._field == "answered" or r._field == "abandoned")
  |> group(columns: ["_field", "_time"])
  |> sum()
  |> group(columns: ["_field"])
  |> sort(columns: ["_time"])`;

const waiting = `from(bucket: "${BUCKETS.raw}")
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "genesys_queue_live" and r._field == "oWaiting")
  |> aggregateWindow(every: v.windowPeriod, fn: max, createEmpty: false)
  |> group(columns: ["_time"])
  |> sum()
  |> group()
  |> sort(columns: ["_time"])`;

const check = {
  status: "active",
  statusMessageTemplate: "Check: ${ r._check_name } is: ${ r._level }",
};

/** All that InfluxDB 2 keeps itself: buckets with retention, tasks that make days, checks and a dashboard. */
export function template(): readonly Resource[] {
  return [
    resource("Bucket", "genesys", {
      name: BUCKETS.raw,
      description: "What the collector writes; half hours and live points of 90 days",
      retentionRules: [{ type: "expire", everySeconds: 90 * DAY_S }],
    }),
    resource("Bucket", "genesys-days", {
      name: BUCKETS.days,
      description: "Days of the half hours, and hours of the live points, for ever",
    }),
    ...TASKS.map(({ id, query, ...spec }) => resource("Task", id, { ...spec, query, status: "active" })),
    resource("CheckDeadman", "genesys-silent", {
      ...check,
      name: "Genesys: no live points",
      description: "No queue has sent a live point for five minutes.",
      ...{ every: "1m", level: "CRIT", timeSince: "5m", staleTime: "1h" },
      query: `from(bucket: "${BUCKETS.raw}")
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "genesys_queue_live" and r._field == "oInteracting")
  |> group(columns: ["env"])`,
    }),
    resource("CheckThreshold", "genesys-waiting-long", {
      ...check,
      name: "Genesys: somebody waits long",
      description:
        "The longest wait of a queue is over five minutes; set the limits to your own service level.",
      every: "1m",
      query: `from(bucket: "${BUCKETS.raw}")
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "genesys_queue_live" and r._field == "longestWaitSeconds")
  |> aggregateWindow(every: 1m, fn: last, createEmpty: false)
  |> yield(name: "last")`,
      thresholds: [
        { type: "greater", level: "CRIT", value: 600 },
        { type: "greater", level: "WARN", value: 300 },
      ],
    }),
    resource("Dashboard", "genesys-day", {
      name: "Genesys: the day",
      description: "Service level and times of all queues, volumes by half hour, who waits",
      charts: [
        ...[KPIS.serviceLevel, KPIS.speedOfAnswer, KPIS.handleTime, KPIS.abandonRate].map(kpiCell),
        course("Offered, answered, abandoned", 3, "bar", volumes),
        course("Waiting", 7, "line", waiting),
      ],
    }),
  ];
}
