import { InfluxDB } from "@influxdata/influxdb-client";
import type { RealServer } from "./server";

/** A row of an answer: names to values; the time, where it has one, as an ISO text under `time`. */
export type Row = Record<string, unknown>;

/** What a real server answers to a query in its own language: Flux for 2, InfluxQL for 1. */
export function ask(server: RealServer, query: string): Promise<Row[]> {
  return server.generation === 2 ? askFlux(server, query) : askInfluxQl(server, query);
}

async function askFlux(server: RealServer, query: string): Promise<Row[]> {
  const rows = await new InfluxDB({ url: server.url, token: server.token, timeout: 60_000 })
    .getQueryApi(server.org)
    .collectRows<Row>(query);
  return rows.map(({ result: _result, table: _table, _time, _value, ...row }) => ({
    ...row,
    ...(_time !== undefined && { time: _time }),
    ...(_value !== undefined && { value: _value }),
  }));
}

interface InfluxQlAnswer {
  results: {
    error?: string;
    series?: { tags?: Record<string, string>; columns: string[]; values: unknown[][] }[];
  }[];
}

async function askInfluxQl(server: RealServer, query: string): Promise<Row[]> {
  const [u = "", p = ""] = server.token.split(":");
  const response = await fetch(
    `${server.url}/query?${new URLSearchParams({ db: server.bucket, q: query, u, p })}`,
  );
  const { results } = (await response.json()) as InfluxQlAnswer;
  return results.flatMap(({ error, series = [] }) => {
    if (error) throw new Error(`${query}: ${error}`);
    return series.flatMap(({ tags, columns, values }) =>
      values.map((row) => ({
        ...tags,
        ...Object.fromEntries(columns.map((column, index) => [column, row[index]])),
      })),
    );
  });
}

/** Writes lines as they are. */
export async function load(server: RealServer, lines: readonly string[]): Promise<void> {
  const { generation, url, org, bucket, token } = server;
  const path =
    generation === 1
      ? `/write?${new URLSearchParams({ db: bucket, precision: "ns" })}`
      : `/api/v2/write?${new URLSearchParams({ org, bucket, precision: "ns" })}`;
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { authorization: `Token ${token}` },
    body: lines.join("\n"),
  });
  if (answer.status !== 204) throw new Error(`${answer.status}: ${await answer.text()}`);
}
