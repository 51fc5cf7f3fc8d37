import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import RED from "node-red";
import type { FlowNode } from "./examples/flow";
import { choosePort } from "./port";

const root = resolve(__dirname, "..");
const own = "@contact-metrics/node-red-genesys-influx";
const DASHBOARD = "@flowfuse/node-red-dashboard";

/** How far back the charts begin, and the polls that fetch that. */
const HISTORY = "PT6H";
const INTERVAL_POLLS = new Set(["aggregates"]);
/** Seconds that lines wait for more: who looks at the charts should not see half of the history first. */
const WRITE_AFTER_S = 1;

/** The demo's running Node-RED. */
export interface DemoNodeRed {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts Node-RED inside this process, so that nothing of it can outlive the demo, with this checkout as an installed
 * package and examples as its flows.
 *
 * @param userDir an empty folder
 * @param examples files in `examples/`
 */
export async function startNodeRed(userDir: string, examples: readonly string[]): Promise<DemoNodeRed> {
  installPackages(userDir, hasDashboard() ? [DASHBOARD] : []);
  const flows = examples
    .flatMap((file) => JSON.parse(readFileSync(join(root, "examples", file), "utf8")) as FlowNode[])
    .map((node) => ({
      ...node,
      ...(INTERVAL_POLLS.has(String(node["query"])) && { historyFrom: HISTORY }),
      ...(node.type === "influx-batch-write" && { flushInterval: WRITE_AFTER_S }),
    }));
  writeFileSync(join(userDir, "flows.json"), JSON.stringify(flows));

  const server = createServer((request, response) => {
    // Endpoints of flows first, the editor for everything else.
    const rest = () => void RED.httpAdmin(request as never, response as never);
    RED.httpNode(request as never, response as never, rest);
  });
  const port = await choosePort(1880);
  RED.init(server, {
    userDir,
    flowFile: "flows.json",
    uiHost: "127.0.0.1",
    uiPort: port,
    httpAdminRoot: "/",
    httpNodeRoot: "/",
    credentialSecret: "only for the demo",
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false } },
    logging: {
      console: { level: "error", metrics: false, audit: false },
      // Warnings of nodes, without those of Node-RED itself about a fresh user directory.
      nodes: { level: "warn", metrics: false, audit: false, handler: () => printWarning },
    },
  } as never);
  await RED.start();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await RED.stop();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** One entry of Node-RED's log; `id` is there when a node wrote it. */
interface LogEntry {
  readonly level: number;
  readonly id?: string;
  readonly type?: string;
  readonly msg: unknown;
}

function printWarning({ level, id, type, msg }: LogEntry): void {
  if (id && level === RED.log.WARN) console.warn(`[${type}] ${String(msg)}`);
}

/** Node-RED finds packages in the user directory's node_modules: links make this checkout, and others, part of them. */
function installPackages(userDir: string, others: readonly string[]): void {
  const folders = new Map([
    [own, root],
    ...others.map((name) => [name, join(root, "node_modules", name)] as const),
  ]);
  const dependencies: Record<string, string> = {};
  for (const [name, folder] of folders) {
    mkdirSync(join(userDir, "node_modules", name, ".."), { recursive: true });
    symlinkSync(folder, join(userDir, "node_modules", name), "junction");
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    dependencies[name] = manifest.version;
  }
  writeFileSync(join(userDir, "package.json"), JSON.stringify({ name: "demo", private: true, dependencies }));
}

/** Whether the dashboard nodes are installed beside this checkout's own dependencies. */
export function hasDashboard(): boolean {
  return existsSync(join(root, "node_modules", DASHBOARD, "package.json"));
}
