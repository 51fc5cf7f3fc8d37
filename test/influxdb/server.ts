import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually, freePort } from "../support/node-red";
import { answers, Daemon } from "./daemon";

/** A real InfluxDB for the integration suite. */
export interface RealServer {
  /** What it is and where it came from, for the reader of the test's output. */
  readonly name: string;
  /** 1 = InfluxQL and `db/rp` buckets, 2 = Flux. */
  readonly generation: 1 | 2;
  readonly url: string;
  readonly org: string;
  readonly token: string;
  /** Keeps everything. */
  readonly bucket: string;
  /** Keeps one hour; absent where the suite may not make buckets. */
  readonly shortBucket?: string;
  /** Absent where the server is not ours to stop. */
  readonly stop?: () => Promise<void>;
  readonly start?: () => Promise<void>;
  dispose(): Promise<void>;
}

const ORG = "genesys-influx";
const BUCKET = "genesys";
const SHORT_BUCKET = "genesys_short";
const PASSWORD = "for-tests-only";
const TOKEN = "integration-suite-token";

/** How a server of our own is started. */
export interface ServerOptions {
  /** Whether it runs tasks, which costs it time. */
  readonly tasks?: boolean;
  /** Where its data lies, such as a small disk; default the folder for temporary files. */
  readonly disk?: string;
  /** Bytes that it may hold in memory before it answers everything with 500. */
  readonly cacheBytes?: number;
}

/** The first of: INFLUX_URL, INFLUXD, `influxd` on the PATH, Docker. `undefined` when there is none. */
export async function findServer(options: ServerOptions = {}): Promise<RealServer | undefined> {
  const { INFLUX_URL, INFLUX_ORG = "", INFLUX_BUCKET = "", INFLUX_TOKEN = "", INFLUXD } = process.env;
  if (INFLUX_URL)
    return {
      name: `the server at INFLUX_URL, ${INFLUX_URL}`,
      generation: 2,
      url: INFLUX_URL,
      org: INFLUX_ORG,
      token: INFLUX_TOKEN,
      bucket: INFLUX_BUCKET,
      dispose: () => Promise.resolve(),
    };
  const binary = INFLUXD ?? (spawnSync("influxd", ["version"]).error ? undefined : "influxd");
  if (binary) return startOwn(binary, options);
  if (spawnSync("docker", ["info"], { stdio: "ignore" }).status === 0) return startContainer();
  return undefined;
}

/** A server of this suite's own, with data of its own. */
export function startOwn(binary: string, options: ServerOptions = {}): Promise<RealServer> {
  const help = execFileSync(binary, ["--help"], { encoding: "utf8", stdio: "pipe" });
  return help.includes("--bolt-path") ? startTwo(binary, options) : startOne(binary, options);
}

async function startTwo(binary: string, { tasks, disk, cacheBytes }: ServerOptions): Promise<RealServer> {
  const folder = mkdtempSync(join(disk ?? tmpdir(), "genesys-influx-influxd-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const path = (name: string) => join(folder, name);
  const daemon = new Daemon(
    binary,
    [
      ...[
        "--bolt-path",
        path("influxd.bolt"),
        "--sqlite-path",
        path("influxd.sqlite"),
        "--engine-path",
        path("engine"),
      ],
      ...[
        "--http-bind-address",
        `127.0.0.1:${port}`,
        "--reporting-disabled",
        ...(tasks ? [] : ["--no-tasks"]),
        ...(cacheBytes === undefined ? [] : [`--storage-cache-max-memory-size=${cacheBytes}`]),
        "--log-level=error",
      ],
    ],
    `${url}/health`,
  );
  await daemon.start();
  await post(`${url}/api/v2/setup`, {
    ...{ username: "suite", password: PASSWORD, org: ORG, bucket: BUCKET, token: TOKEN },
  });
  await addShortBucket(url);
  return {
    name: `InfluxDB 2 from ${binary}`,
    ...{ generation: 2, url, org: ORG, token: TOKEN, bucket: BUCKET, shortBucket: SHORT_BUCKET },
    stop: daemon.stop,
    start: daemon.start,
    dispose: () => dispose(daemon, folder),
  };
}

async function startOne(binary: string, { disk, cacheBytes }: ServerOptions): Promise<RealServer> {
  const folder = mkdtempSync(join(disk ?? tmpdir(), "genesys-influx-influxd-"));
  const [port, rpcPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, "influxdb.conf");
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${join(folder, "meta")}"
[data]
dir = "${join(folder, "data")}"
wal-dir = "${join(folder, "wal")}"
query-log-enabled = false
${cacheBytes === undefined ? "" : `cache-max-memory-size = ${cacheBytes}`}
[http]
bind-address = "127.0.0.1:${port}"
auth-enabled = true
log-enabled = false
[logging]
level = "error"
`,
  );
  const daemon = new Daemon(binary, ["-config", config], `${url}/health`);
  await daemon.start();
  const run = async (q: string, user = "suite") => {
    const query = new URLSearchParams({ q, u: user, p: PASSWORD });
    const response = await fetch(`${url}/query?${query}`, { method: "POST" });
    if (!response.ok) throw new Error(`${q}: ${await response.text()}`);
  };
  await run(`CREATE USER suite WITH PASSWORD '${PASSWORD}' WITH ALL PRIVILEGES`);
  // The server says that it has made the user a little before it has.
  await eventually("the user may make a database", () =>
    run(`CREATE DATABASE ${BUCKET}`).then(
      () => true,
      () => false,
    ),
  );
  await run(`CREATE DATABASE ${SHORT_BUCKET} WITH DURATION 1h SHARD DURATION 1h`);
  return {
    name: `InfluxDB 1 from ${binary}`,
    ...{
      generation: 1,
      url,
      org: ORG,
      token: `suite:${PASSWORD}`,
      bucket: BUCKET,
      shortBucket: SHORT_BUCKET,
    },
    stop: daemon.stop,
    start: daemon.start,
    dispose: () => dispose(daemon, folder),
  };
}

/** What the image of InfluxDB 2 makes of its variables; the container stays between `stop` and `start`. */
async function startContainer(): Promise<RealServer> {
  const port = await freePort();
  const variables = {
    MODE: "setup",
    USERNAME: "suite",
    PASSWORD,
    ORG,
    BUCKET,
    ADMIN_TOKEN: TOKEN,
  };
  const args = Object.entries(variables).flatMap(([key, value]) => [
    "-e",
    `DOCKER_INFLUXDB_INIT_${key}=${value}`,
  ]);
  const docker = (...command: string[]) => execFileSync("docker", command, { encoding: "utf8" }).trim();
  const id = docker("run", "-d", "-p", `127.0.0.1:${port}:8086`, ...args, "influxdb:2");
  const url = `http://127.0.0.1:${port}`;
  // With its volumes, which otherwise stay for ever.
  const remove = () => Promise.resolve(void docker("rm", "-fv", id));
  const ready = async () => {
    try {
      await eventually(
        "the container answers",
        () => {
          if (docker("inspect", "-f", "{{.State.Running}}", id) !== "true") throw new Error("it ended early");
          return answers(`${url}/api/v2/buckets`, { authorization: `Token ${TOKEN}` });
        },
        120_000,
      );
    } catch (error) {
      const { stdout, stderr } = spawnSync("docker", ["logs", "--tail", "20", id], { encoding: "utf8" });
      await remove();
      throw new Error(`the container is not up: ${stdout}${stderr}`, { cause: error });
    }
  };
  await ready();
  await addShortBucket(url);
  return {
    name: "InfluxDB 2 in a container",
    ...{ generation: 2, url, org: ORG, token: TOKEN, bucket: BUCKET, shortBucket: SHORT_BUCKET },
    stop: () => Promise.resolve(void docker("stop", id)),
    start: async () => {
      docker("start", id);
      await ready();
    },
    dispose: remove,
  };
}

async function addShortBucket(url: string): Promise<void> {
  const authorization = `Token ${TOKEN}`;
  const answer = await fetch(`${url}/api/v2/orgs?org=${ORG}`, { headers: { authorization } });
  const { orgs } = (await answer.json()) as { orgs: { id: string }[] };
  const retentionRules = [{ type: "expire", everySeconds: 3_600 }];
  await post(
    `${url}/api/v2/buckets`,
    { orgID: orgs[0]?.id, name: SHORT_BUCKET, retentionRules },
    authorization,
  );
}

async function dispose(daemon: Daemon, folder: string): Promise<void> {
  await daemon.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function post(url: string, body: object, authorization?: string): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization && { authorization }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response;
}
