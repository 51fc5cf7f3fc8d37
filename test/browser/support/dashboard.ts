import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { siteOffsetMinutes } from "../../../demo/hours";
import { type GenesysSimulator, startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import { NodeRedProcess, type NodeRedOptions } from "../../support/node-red";

/** A Node-RED that runs an example with a dashboard, and the Genesys Cloud simulator that it asks. */
export interface DashboardRun {
  readonly genesys: GenesysSimulator;
  readonly nodeRed: NodeRedProcess;
  close(): Promise<void>;
}

/** Starts an example, with the modules that it names installed from the registry. */
export async function startDashboard(exampleFile: string): Promise<DashboardRun> {
  const genesys = await startGenesysSimulator({
    ...{ clientId: "client", clientSecret: "secret" },
    // By day at whatever hour the test runs.
    utcOffsetMinutes: siteOffsetMinutes(new Date()),
  });
  const env = {
    GENESYS_BASE_URL: genesys.url,
    GENESYS_ENV_ID: "demo",
    GENESYS_CLIENT_ID: "client",
    GENESYS_CLIENT_SECRET: "secret",
  };
  let nodeRed = await NodeRedProcess.start({ env });
  await nodeRed.stop();
  const flows = JSON.parse(readFileSync(exampleFile, "utf8")) as NonNullable<NodeRedOptions["flows"]>;
  const modules = flows.find(({ type }) => type === "global-config")?.["modules"] as Record<string, string>;
  const wanted = Object.entries(modules).map(([name, version]) => `${name}@${version}`);
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...wanted], {
    cwd: nodeRed.userDir,
    stdio: ["ignore", "ignore", "inherit"],
  });
  nodeRed = await NodeRedProcess.start({ env, flows, userDir: nodeRed.userDir });
  return {
    genesys,
    nodeRed,
    close: async () => {
      await nodeRed.dispose();
      await genesys.close();
    },
  };
}
