import { InfluxDB } from "@influxdata/influxdb-client";
import { parseBody } from "../../demo/simulators/influx/parser";
import type { RealServer } from "./server";

/** One field of one point: `measurement|tags|time in ns|field` to its value. */
export type Values = Map<string, string | number | boolean>;

/** Everything in a bucket whose measurement begins with `prefix`, asked through Flux or InfluxQL. */
export function readBack(server: RealServer, prefix: string, bucket = server.bucket): Promise<Values> {
  return server.generation === 2
    ? throughFlux(server, prefix, bucket)
    : throughInfluxQl(server, prefix, bucket);
}

/** The same for lines, through a parser that knows nothing of our encoder. */
export function valuesOf(lines: readonly string[]): Values {
  const values: Values = new Map();
  for (const { measurement, tags, fields, timestampNs } of parseBody(lines.join("\n"), "ns", 0n).points)
    for (const [field, { value }] of fields)
      values.set(
        keyOf(measurement, Object.fromEntries(tags), timestampNs, field),
        typeof value === "bigint" ? Number(value) : value,
      );
  return values;
}

/** In an order in which two of them compare. */
export function sorted<T>(values: Map<string, T>): [string, T][] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1));
}

const FLUX_COLUMNS = ["result", "table", "_start", "_stop", "_time", "_value", "_field", "_measurement"];

async function throughFlux(server: RealServer, prefix: string, bucket: string): Promise<Values> {
  const values: Values = new Map();
  const query = `import "strings"
    from(bucket: ${JSON.stringify(bucket)}) |> range(start: 1970-01-01T00:00:00Z, stop: 2200-01-01T00:00:00Z)
      |> filter(fn: (r) => strings.hasPrefix(v: r._measurement, prefix: ${JSON.stringify(prefix)}))`;
  const rows = await new InfluxDB({ url: server.url, token: server.token, timeout: 60_000 })
    .getQueryApi(server.org)
    .collectRows<Record<string, unknown>>(query);
  for (const row of rows) {
    const tags = Object.fromEntries(Object.entries(row).filter(([key]) => !FLUX_COLUMNS.includes(key)));
    const timeNs = nanoseconds(String(row["_time"]));
    values.set(keyOf(String(row["_measurement"]), tags, timeNs, String(row["_field"])), plain(row["_value"]));
  }
  return values;
}

/** The CSV that Flux answers with ends every line with CR LF, those inside strings as well. */
function plain(value: unknown): string | number | boolean {
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : (value as number | boolean);
}

interface InfluxQlAnswer {
  results: {
    error?: string;
    series?: { name: string; tags?: Record<string, string>; columns: string[]; values: unknown[][] }[];
  }[];
}

async function throughInfluxQl(server: RealServer, prefix: string, bucket: string): Promise<Values> {
  const values: Values = new Map();
  const [user = "", password = ""] = server.token.split(":");
  const parameters = {
    db: bucket,
    q: `SELECT * FROM /^${prefix}/ GROUP BY *`,
    u: user,
    p: password,
    epoch: "ns",
  };
  const response = await fetch(`${server.url}/query?${new URLSearchParams(parameters)}`);
  // Nanoseconds are beyond what a JSON number holds: kept as text.
  const text = (await response.text()).replace(/\[(-?\d{10,})(?=,)/g, '["$1"');
  const { results } = JSON.parse(text) as InfluxQlAnswer;
  for (const { error, series = [] } of results) {
    if (error) throw new Error(error);
    for (const { name, tags = {}, columns, values: rows } of series)
      for (const [time, ...row] of rows)
        row.forEach((value, i) => {
          if (value !== null)
            values.set(
              keyOf(name, tags, BigInt(String(time)), columns[i + 1]!),
              value as string | number | boolean,
            );
        });
  }
  return values;
}

function keyOf(measurement: string, tags: Record<string, unknown>, timeNs: bigint, field: string): string {
  const present = Object.entries(tags)
    .filter(([, value]) => value !== "" && value !== undefined && value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([measurement, present, String(timeNs), field]);
}

/** A time as Flux writes it, in nanoseconds. */
export function nanoseconds(time: string): bigint {
  const [, seconds = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
