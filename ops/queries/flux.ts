import { fieldsOf, type Kpi, type Term } from "./kpis";
import type { Cut, Latest, Scope } from "./scope";

/** Points of one measurement and these fields. */
function from(
  { bucket, time, granularity, where = [] }: Scope,
  measurement: string,
  fields: readonly string[],
) {
  const conditions = [
    `r._measurement == "${measurement}"`,
    ...(granularity === undefined ? [] : [`r.granularity == ${quoted(granularity)}`]),
    ...where,
  ];
  return [
    `from(bucket: ${bucket})`,
    `  |> range(${time})`,
    `  |> filter(fn: (r) => ${conditions.join(" and ")})`,
    `  |> filter(fn: (r) => ${fields.map((field) => `r._field == "${field}"`).join(" or ")})`,
  ];
}

/** A figure over time, or one a tag value: `_time` (or `_stop`), the tag, the figure under its id. */
export function kpi(scope: Scope, which: Kpi, { by, every }: Cut = {}): string {
  const key = [every ? "_time" : "_stop", ...(by ? [by] : [])];
  return [
    ...sums(scope, which.measurement, fieldsOf(which), { by, every }),
    `  |> map(fn: (r) => ({r with top: ${total(which.numerator)}, bottom: ${total(which.denominator)}}))`,
    `  |> filter(fn: (r) => r.bottom > 0.0)`,
    `  |> map(fn: (r) => ({${key.map((name) => `${name}: r.${name}`).join(", ")}, ${which.id}: ${decimal(which.scale)} * r.top / r.bottom}))`,
    ...(every ? [`  |> group(columns: ${list(by ? [by] : [])})`, `  |> sort(columns: ["_time"])`] : []),
  ].join("\n");
}

/** Sums of fields over time, or one row a tag value: a column a field. */
export function counts(scope: Scope, measurement: string, fields: readonly string[], cut: Cut = {}): string {
  return [
    ...sums(scope, measurement, fields, cut),
    ...(cut.every ? [`  |> sort(columns: ["_time"])`] : []),
  ].join("\n");
}

/** The last value of each field of each series, summed (or the largest of them), over all or one row a tag value. */
export function latest(
  scope: Scope,
  measurement: string,
  fields: readonly string[],
  { by, merge = "sum" }: Latest = {},
): string {
  const key = by ? [by] : [];
  return [
    ...from(scope, measurement, fields),
    "  |> last()",
    "  |> toFloat()",
    `  |> group(columns: ${list([...key, "_field", "_stop"])})`,
    `  |> ${merge}()`,
    "  |> group()",
    `  |> pivot(rowKey: ${list([...key, "_stop"])}, columnKey: ["_field"], valueColumn: "_value")`,
  ].join("\n");
}

/** The last text of a field for each value of a tag, such as the name of each queue: the tag and the field. */
export function names(scope: Scope, measurement: string, field: string, tag: string): string {
  return [
    ...from(scope, measurement, [field]),
    `  |> group(columns: ["${tag}"])`,
    `  |> sort(columns: ["_time"])`,
    "  |> last()",
    "  |> group()",
    `  |> keep(columns: ["${tag}", "_value"])`,
    `  |> rename(columns: {_value: "${field}"})`,
  ].join("\n");
}

function sums(scope: Scope, measurement: string, fields: readonly string[], { by, every }: Cut): string[] {
  const key = by ? [by] : [];
  const time = every ? "_time" : "_stop";
  return [
    ...from(scope, measurement, fields),
    "  |> toFloat()",
    // Bucket starts are what they are: a longer row takes the buckets that begin in it.
    ...(every ? [`  |> truncateTimeColumn(unit: ${every})`] : []),
    `  |> group(columns: ${list([...key, "_field", time])})`,
    "  |> sum()",
    "  |> group()",
    `  |> pivot(rowKey: ${list([...key, time])}, columnKey: ["_field"], valueColumn: "_value")`,
  ];
}

const total = (terms: readonly Term[]) =>
  terms
    .map(({ field, sign }, index) => {
      const value = `(if exists r.${field} then r.${field} else 0.0)`;
      return sign < 0 ? ` - ${value}` : index > 0 ? ` + ${value}` : value;
    })
    .join("");

const list = (names: readonly string[]) => `[${names.map((name) => `"${name}"`).join(", ")}]`;
const decimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
/** A variable of a dashboard stands in quotes as it is. */
const quoted = (text: string) => `"${text}"`;
