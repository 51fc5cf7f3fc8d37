import { STATISTIC_NAMES, STATISTICS } from "../../lib/terms/statistics";
import { TUTORIAL_COUNTERS } from "../../lib/terms/fields";

/** A task of InfluxDB 2: a Flux query that the server runs at its times. */
export interface Task {
  /** Name of the resource in the template: letters, digits and dashes. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly every: string;
  readonly offset: string;
  readonly query: string;
}

/** Where the collector writes, and where the days go; both can be renamed when the template is applied. */
export const BUCKETS = { raw: "genesys", days: "genesys_days" } as const;

/** How two values of a field become one, and the fields for which that is right. */
type Merge = "sum" | "min" | "max";

/** Own days of the week are local ones: the one line of a task that an operator may have to change. */
const LOCATION = 'option location = timezone.location(name: "UTC")';
/** Genesys corrects the last days at night, and so does the collector (`resyncDays`): days are made again that long. */
const DAYS_AGAIN = 8;

const suffixes = (merge: Merge) =>
  STATISTIC_NAMES.filter((name) => STATISTICS[name].merge === merge).join("|");

/** Regular expressions over `_field`. A mean, a ratio and a percentile have none: they cannot be merged. */
const FIELDS: Readonly<Record<Merge, string>> = {
  sum: `^(${TUTORIAL_COUNTERS.map(([name]) => name).join("|")})$|_(${suffixes("sum")})$|^t(AgentRoutingStatus|SystemPresence|OrganizationPresence)_`,
  min: `_(${suffixes("min")})$`,
  max: `_(${suffixes("max")})$`,
};

const days = (merge: Merge) => `halfHours
  |> filter(fn: (r) => r._field =~ /${FIELDS[merge]}/)
  |> aggregateWindow(every: 1d, fn: ${merge}, timeSrc: "_start", createEmpty: false)
  |> set(key: "granularity", value: "P1D")
  |> to(bucket: "${BUCKETS.days}")`;

export const TASKS: readonly Task[] = [
  {
    id: "genesys-days",
    name: "Genesys: days from half hours",
    description: `Sums, extremes and counts of each day; the last ${DAYS_AGAIN} days again at each run, as Genesys corrects them.`,
    every: "1h",
    offset: "10m",
    query: `import "date"
import "timezone"

// The days of this place: an IANA name such as "Europe/Berlin".
${LOCATION}

today = date.truncate(t: now(), unit: 1d)
halfHours = from(bucket: "${BUCKETS.raw}")
  |> range(start: date.sub(d: ${DAYS_AGAIN}d, from: today), stop: today)
  |> filter(fn: (r) => r.granularity == "PT30M")

${(Object.keys(FIELDS) as Merge[]).map(days).join("\n\n")}`,
  },
  {
    id: "genesys-live-hours",
    name: "Genesys: hours of live state",
    description:
      "The most that waited, and the longest wait, of each hour: a mean of polls would depend on the tick.",
    every: "1h",
    offset: "5m",
    query: `import "date"

hour = date.truncate(t: now(), unit: 1h)
from(bucket: "${BUCKETS.raw}")
  |> range(start: date.sub(d: 3h, from: hour), stop: hour)
  |> filter(fn: (r) => r._measurement == "genesys_queue_live")
  |> filter(fn: (r) => r._field == "oWaiting" or r._field == "oInteracting" or r._field == "longestWaitSeconds")
  |> aggregateWindow(every: 1h, fn: max, timeSrc: "_start", createEmpty: false)
  |> set(key: "granularity", value: "PT1H")
  |> to(bucket: "${BUCKETS.days}")`,
  },
];
