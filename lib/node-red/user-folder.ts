import { homedir } from "node:os";
import { join } from "node:path";
import type { NodeAPI } from "node-red";

/** Node-RED's user directory. */
export function userDirectory(RED: NodeAPI): string {
  return RED.settings.userDir ?? join(homedir(), ".node-red");
}

/** A path of this package in a user directory. */
export function ownPath(userDir: string, ...names: readonly string[]): string {
  return join(userDir, "genesys-influx", ...names);
}

/** A path for what must be known after a restart; `undefined` in a Node-RED without user directory, as in tests. */
export function keptPath(RED: NodeAPI, ...names: readonly string[]): string | undefined {
  const { userDir } = RED.settings;
  return userDir ? ownPath(userDir, ...names) : undefined;
}
