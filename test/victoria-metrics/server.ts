import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseBody } from "../../demo/simulators/influx/parser";
import { Daemon } from "../influxdb/daemon";
import { freePort } from "../support/node-red";

export interface VictoriaMetrics {
  readonly url: string;
  /** Versions before 1.105 log a malformed line, leave it out and answer 204; later ones refuse the request. */
  readonly refusesBadLines: boolean;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  dispose(): Promise<void>;
}

/** VICTORIA_METRICS, or `victoria-metrics` on the PATH. `undefined` when there is none. */
export async function findVictoriaMetrics(): Promise<VictoriaMetrics | undefined> {
  const given = process.env["VICTORIA_METRICS"];
  const binary =
    given ?? (spawnSync("victoria-metrics", ["-version"]).error ? undefined : "victoria-metrics");
  if (!binary) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "genesys-influx-victoria-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const daemon = new Daemon(
    binary,
    [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(folder, "data")}`,
      "-retentionPeriod=100y",
      // As the README says: without it, a line that is sent twice is stored twice.
      "-dedup.minScrapeInterval=1ms",
    ],
    `${url}/health`,
  );
  await daemon.start();
  const { status } = await fetch(`${url}/write`, { method: "POST", body: "probe f= 1" });
  return {
    ...{ url, refusesBadLines: status === 400, stop: daemon.stop, start: daemon.start },
    dispose: async () => {
      await daemon.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `<measurement>_<field>`, its labels and the time in ms, to the value. */
export type Samples = Map<string, number>;

/** All samples of metrics whose name begins with `prefix`. */
export async function samplesIn(server: VictoriaMetrics, prefix: string): Promise<Samples> {
  await fetch(`${server.url}/internal/force_flush`);
  const parameters = {
    "match[]": `{__name__=~"${prefix}.*"}`,
    // By default the export ends with the second that has begun.
    end: String(Math.ceil(Date.now() / 1_000) + 60),
    start: "0",
  };
  const response = await fetch(`${server.url}/api/v1/export?${new URLSearchParams(parameters)}`);
  const samples: Samples = new Map();
  for (const line of (await response.text()).split("\n").filter(Boolean)) {
    const { metric, values, timestamps } = JSON.parse(line) as {
      metric: Record<string, string>;
      values: number[];
      timestamps: number[];
    };
    const { __name__: name = "", ...labels } = metric;
    values.forEach((value, i) => {
      const key = keyOf(name, Object.entries(labels), timestamps[i]!);
      if (samples.has(key)) throw new Error(`stored twice: ${key}`);
      samples.set(key, value);
    });
  }
  return samples;
}

/** What the lines are in VictoriaMetrics: numbers only; true is 1, and a string is 0. */
export function samplesOf(lines: readonly string[]): Samples {
  const samples: Samples = new Map();
  for (const { measurement, tags, fields, timestampNs } of parseBody(lines.join("\n"), "ns", 0n).points)
    for (const [field, { type, value }] of fields)
      samples.set(
        keyOf(`${measurement}_${field}`, tags, Number(timestampNs / 1_000_000n)),
        type === "string" ? 0 : Number(value),
      );
  return samples;
}

function keyOf(name: string, labels: readonly (readonly [string, string])[], timeMs: number): string {
  return JSON.stringify([name, [...labels].sort(([a], [b]) => (a < b ? -1 : 1)), timeMs]);
}
