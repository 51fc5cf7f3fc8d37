import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const PEER = "node-red-contrib-influxdb";
const VERSION = "0.7.0";

/** Name and version of the rival, for tables. */
export const PEER_NAME = `${PEER} ${VERSION}`;

/** The folder of the rival's package: that of PEER, or one installed once into the user's cache. */
export function peerFolder(): string {
  const cache = process.env["PEER"] ?? join(homedir(), ".cache", "genesys-influx", "peer");
  const folder = join(cache, "node_modules", PEER);
  if (!existsSync(join(folder, "package.json"))) {
    mkdirSync(cache, { recursive: true });
    const command = ["install", "--no-audit", "--no-fund", "--prefix", cache, `${PEER}@${VERSION}`];
    execFileSync("npm", command, { stdio: "inherit" });
  }
  return folder;
}
