import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import RED from "node-red";
import { choosePort } from "./port";

const root = resolve(__dirname, "..");
const name = "@contact-metrics/node-red-genesys-influx";

export interface DemoNodeRed {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts Node-RED inside this process, so that nothing of it can outlive the demo, with this checkout as an installed
 * package and an example as its flows.
 *
 * @param userDir an empty folder
 * @param examples files in `examples/`
 */
export async function startNodeRed(userDir: string, examples: readonly string[]): Promise<DemoNodeRed> {
  installCheckout(userDir);
  const flows = examples.flatMap(
    (file) => JSON.parse(readFileSync(join(root, "examples", file), "utf8")) as unknown[],
  );
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

/** Node-RED finds packages in the user directory's node_modules: a link makes this checkout one of them. */
function installCheckout(userDir: string): void {
  const scope = join(userDir, "node_modules", name.split("/")[0]!);
  mkdirSync(scope, { recursive: true });
  symlinkSync(root, join(userDir, "node_modules", name), "junction");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  writeFileSync(
    join(userDir, "package.json"),
    JSON.stringify({ name: "demo", private: true, dependencies: { [name]: version } }),
  );
}
