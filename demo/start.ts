// `npm run demo`: a simulated Genesys Cloud, an InfluxDB write endpoint and Node-RED with the recommended flow, all on
// loopback. Where GENESYS_* or INFLUX_* variables are set, the real service takes the simulator's place.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCharts } from "./charts/server";
import { siteOffsetMinutes } from "./hours";
import { startGenesysSimulator } from "./simulators/genesys/server";
import { startInfluxEndpoint } from "./simulators/influx/server";
import { hasDashboard, startNodeRed } from "./node-red";
import { choosePort } from "./port";

/** The examples that the demo deploys, and those that it adds where the dashboard nodes are installed. */
const COLLECTORS = ["04 - Whole contact centre.json", "08 - Live by push.json"];
const WALLBOARDS = ["05 - Dashboard.json", "09 - Live wallboard.json"];

interface Part {
  /** What to print about it. */
  readonly lines: readonly string[];
  /** Where to look first. */
  readonly open?: string;
  close(): Promise<void>;
}

function isSet(prefix: string): boolean {
  return Object.entries(process.env).some(([name, value]) => name.startsWith(prefix) && value);
}

async function genesys(): Promise<Part> {
  if (isSet("GENESYS_")) return external("Genesys", process.env["GENESYS_BASE_URL"] ?? "as GENESYS_* say");
  const simulator = await startGenesysSimulator({
    port: await choosePort(8087),
    utcOffsetMinutes: siteOffsetMinutes(new Date()),
    load: 0.8,
  });
  Object.assign(process.env, {
    GENESYS_BASE_URL: simulator.url,
    GENESYS_ENV_ID: "demo",
    GENESYS_CLIENT_ID: simulator.clientId,
    GENESYS_CLIENT_SECRET: simulator.clientSecret,
  });
  return { lines: [`Genesys   ${simulator.url}  (simulated)`], close: () => simulator.close() };
}

async function influx(folder: string): Promise<Part> {
  if (isSet("INFLUX_")) return external("InfluxDB", process.env["INFLUX_URL"] ?? "as INFLUX_* say");
  const file = join(folder, "points.lp");
  const endpoint = await startInfluxEndpoint({ port: await choosePort(8086), file });
  Object.assign(process.env, {
    INFLUX_URL: endpoint.url,
    INFLUX_ORG: endpoint.org,
    INFLUX_BUCKET: "genesys",
    INFLUX_TOKEN: endpoint.token,
  });
  const charts = await startCharts(endpoint, await choosePort(8088));
  return {
    lines: [`Points    ${endpoint.url}/  (as JSON: /points)`, `In a file ${file}`],
    open: charts.url,
    close: async () => {
      await charts.close();
      await endpoint.close();
    },
  };
}

function external(what: string, where: string): Part {
  return { lines: [`${what.padEnd(9)} ${where}  (from the environment)`], close: () => Promise.resolve() };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "genesys-influx-demo-"));
  const running: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    running.push(part);
    return part;
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= close());
  const close = async () => {
    // Node-RED, started last, goes first: its nodes still want to write what they hold.
    for (const part of running.reverse()) await part.close();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void stop().then(() => process.exit(0), fail));
  }

  try {
    const source = keep(await genesys());
    const store = keep(await influx(folder));
    const dashboard = hasDashboard();
    const examples = dashboard ? [...COLLECTORS, ...WALLBOARDS] : COLLECTORS;
    const nodeRed = keep(await startNodeRed(join(folder, "node-red"), examples));
    console.log(
      [
        "",
        "  Genesys Cloud metrics to InfluxDB: the demo runs",
        "",
        ...(store.open ? [`  Charts    ${store.open}/  (open this first; full in half a minute)`] : []),
        `  Editor    ${nodeRed.url}/`,
        ...(dashboard ? [`  Dashboard ${nodeRed.url}/dashboard`] : []),
        `  Health    ${nodeRed.url}/health`,
        ...[...store.lines, ...source.lines].map((line) => `  ${line}`),
        "",
        "  Ctrl-C stops all of it and removes its files.",
        "",
      ].join("\n"),
    );
  } catch (error) {
    await stop();
    throw error;
  }
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main().catch(fail);
