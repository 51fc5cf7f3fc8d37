import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseBody } from "../../demo/simulators/influx/parser";

/** Folder with the Python package `datafusion` (`.ci/datafusion` prints one), if this machine has it. */
export const packages = process.env["DATAFUSION"];

/** What InfluxDB 3 would answer to SQL queries over these lines: its engine is Apache DataFusion. */
export function askSql(lines: readonly string[], queries: readonly string[]): Record<string, unknown>[][] {
  const tables: Record<string, Record<string, unknown>[]> = {};
  for (const { measurement, tags, fields, timestampNs } of parseBody(lines.join("\n"), "ns", 0n).points) {
    const row: Record<string, unknown> = { time: Number(timestampNs / 1_000_000n) };
    for (const [tag, value] of tags) row[tag] = value;
    for (const [field, { value }] of fields) row[field] = typeof value === "bigint" ? Number(value) : value;
    (tables[measurement] ??= []).push(row);
  }
  const run = spawnSync("python3", [join(__dirname, "answer_sql.py")], {
    input: JSON.stringify({ tables, queries }),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PYTHONPATH: packages },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Record<string, unknown>[][];
}
