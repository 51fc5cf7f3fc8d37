import { AssertionError } from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestFlow, Credentials } from "./helper";

const root = resolve(__dirname, "../..");

/** Node-RED 4.1 of the dev dependencies on this Node; with NODE_RED_5_DIR, Node-RED 5 on the Node in that folder. */
function runtime(): { node: string; nodeRed: string } {
  const five = process.env["NODE_RED_5_DIR"];
  const modules = join(five ?? root, "node_modules");
  return {
    node: five ? join(modules, "node/bin/node") : process.execPath,
    nodeRed: join(modules, "node-red/red.js"),
  };
}

/** Which Node-RED the tests of this run use, such as `Node-RED 5.0.7 on Node v24.9.0`. */
export function runtimeName(): string {
  const { node, nodeRed } = runtime();
  const manifest = JSON.parse(readFileSync(join(nodeRed, "../package.json"), "utf8")) as { version: string };
  return `Node-RED ${manifest.version} on Node ${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}`;
}

/** A start takes two seconds; on a machine with twenty jobs too many, over a minute. */
const START_MS = 240_000;

let tarball: string | undefined;

/** Packs the package as `npm publish` would, once per test run, and returns the path of the tarball. */
export function packTarball(): string {
  if (tarball) return tarball;
  const folder = mkdtempSync(join(tmpdir(), "genesys-influx-pack-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  // The build has run before the tests: packing it again would only cost time.
  const answer = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const packed = JSON.parse(answer) as { filename: string }[] | Record<string, { filename: string }>;
  tarball = join(folder, Object.values(packed)[0]!.filename);
  return tarball;
}

/** How a test starts Node-RED; everything has a default. */
export interface NodeRedOptions {
  readonly flows?: TestFlow;
  /** By node id; written as Node-RED's credentials file, in the clear as a first deploy would find it. */
  readonly credentials?: Credentials;
  readonly env?: Readonly<Record<string, string>>;
  /** Further Node-RED settings, as JavaScript object literal text. */
  readonly settings?: string;
  /** Further npm packages for a new user directory, as `npm install` takes them. */
  readonly modules?: readonly string[];
  /** Reuse a user directory, for restarts. It is removed by `dispose` of the run that made it. */
  readonly userDir?: string;
}

/** A Node-RED of its own process, with this package installed from its tarball, on a free loopback port. */
export class NodeRedProcess {
  readonly userDir: string;
  readonly port: number;
  #child: ChildProcess;
  #log = "";

  private constructor(child: ChildProcess, userDir: string, port: number) {
    this.#child = child;
    this.userDir = userDir;
    this.port = port;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
    }
  }

  static async start(options: NodeRedOptions = {}): Promise<NodeRedProcess> {
    const { node, nodeRed } = runtime();
    const port = await freePort();
    const userDir = options.userDir ?? makeUserDir(options.modules);
    writeUserDir(userDir, port, options);
    const child = spawn(node, [nodeRed, "--userDir", userDir, "--settings", join(userDir, "settings.js")], {
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new NodeRedProcess(child, userDir, port);
    try {
      await started.logged(/Started flows|Waiting for missing types/, START_MS);
      await started.logged(/Server now running/, START_MS);
    } catch (error) {
      await started.stop("SIGKILL");
      throw error;
    }
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** All that it printed. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until its log holds `pattern`. */
  async logged(pattern: RegExp, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!pattern.test(this.#log)) {
      if (!this.running) throw new Error(`Node-RED ended early:\n${this.#log}`);
      if (Date.now() > deadline) throw new Error(`Node-RED never logged ${pattern}:\n${this.#log}`);
      await delay(50);
    }
  }

  /** One call of the admin API or of a flow's HTTP endpoint. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { ...init, headers: { connection: "close", ...init.headers } });
  }

  async json<T>(path: string): Promise<T> {
    const response = await this.request(path, { headers: { accept: "application/json" } });
    return (await response.json()) as T;
  }

  /** Deploys flows: all of them, or only what changed, as the editor's Deploy button does. */
  async deploy(flows: TestFlow, type: "full" | "nodes" | "flows" = "full"): Promise<void> {
    const response = await this.request("/flows", {
      method: "POST",
      headers: { "content-type": "application/json", "node-red-deployment-type": type },
      body: JSON.stringify(flows),
    });
    if (!response.ok) throw new Error(`deploy answered ${response.status}: ${await response.text()}`);
  }

  /** Stops it as an operator would, and waits. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    if (!this.running) return;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    await ended;
  }

  /** Stops it and removes its user directory. */
  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.userDir, { recursive: true, force: true });
  }
}

let installed: string | undefined;

/** A new user directory with the package installed in it; the installation is copied after the first time. */
function makeUserDir(modules: readonly string[] = []): string {
  const userDir = mkdtempSync(join(tmpdir(), "genesys-influx-nr-"));
  installed ??= installPackage();
  execFileSync("cp", ["-r", join(installed, "node_modules"), join(installed, "package.json"), userDir]);
  if (modules.length > 0) npmInstall(userDir, modules);
  return userDir;
}

function installPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), "genesys-influx-install-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "node-red-project", private: true }));
  npmInstall(folder, [packTarball()]);
  return folder;
}

function npmInstall(folder: string, packages: readonly string[]): void {
  const options = ["--prefer-offline", "--no-audit", "--no-fund", "--omit=dev"];
  execFileSync("npm", ["install", "--prefix", folder, ...options, ...packages], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function writeUserDir(
  userDir: string,
  port: number,
  { flows, credentials, settings = "" }: NodeRedOptions,
): void {
  writeFileSync(
    join(userDir, "settings.js"),
    `module.exports = {
      uiHost: "127.0.0.1", uiPort: ${port}, flowFile: "flows.json", credentialSecret: "for tests only",
      telemetry: { enabled: false, updateNotification: false }, editorTheme: { tours: false, projects: { enabled: false } },
      logging: { console: { level: "info", metrics: false, audit: false } },
      ${settings}
    };`,
  );
  if (flows) writeFileSync(join(userDir, "flows.json"), JSON.stringify(flows));
  if (credentials) writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify(credentials));
  if (!existsSync(join(userDir, "flows.json"))) writeFileSync(join(userDir, "flows.json"), "[]");
}

/** Our own environment without the variables that the nodes read, so that a test sets what it means. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(GENESYS|INFLUX)_|_proxy$/i.test(name)),
  );
}

/**
 * A port of the loopback interface that is free now, from below those that the system hands out by itself: so nothing
 * else takes it before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") continue;
      throw error;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again and again until `condition` holds: for what happens in another process. */
export async function eventually<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1_000} s: ${what}`);
    await delay(200);
  }
}

/** Waits until what is asserted holds; when it never does, says so in the assertion's own words. */
export async function eventuallyHolds(assertions: () => Promise<void>, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await assertions();
    } catch (error) {
      if (!(error instanceof AssertionError) || Date.now() > deadline) throw error;
    }
    await delay(200);
  }
}
