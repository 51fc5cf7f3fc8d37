import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { NodeRedOptions } from "../../support/node-red";

export const root = resolve(__dirname, "../../..");

/** Types of our nodes on the workspace. */
export const workspaceTypes = readdirSync(resolve(root, "nodes")).filter((type) => !type.endsWith("-config"));
export const configTypes = readdirSync(resolve(root, "nodes")).filter((type) => type.endsWith("-config"));

/** A Genesys Cloud connection to a simulator, as a flow holds it. */
export function genesysConfig(
  id: string,
  baseUrl: string,
): { id: string; type: string } & Record<string, unknown> {
  return {
    id,
    type: "genesys-config",
    name: "Contact centre",
    region: "custom",
    baseUrl,
    loginUrl: "",
    environment: "test",
    timeout: 30,
    tls: "",
    version: 1,
  };
}

/** An InfluxDB connection, as a flow holds it. */
export function influxConfig(
  id: string,
  url: string,
): { id: string; type: string } & Record<string, unknown> {
  return {
    id,
    type: "influx-config",
    name: "Store",
    url,
    org: "demo",
    bucket: "demo",
    timeout: 10,
    tls: "",
    version: 1,
  };
}

/** A node of each type on the tab `tab`, with its type's name as id, and with these properties. */
export function oneOfEach(
  properties: Readonly<Record<string, unknown>>,
): NonNullable<NodeRedOptions["flows"]> {
  return workspaceTypes.map((type, index) => ({
    id: type,
    type,
    z: "tab",
    ...properties,
    x: 300,
    y: 60 + 60 * index,
    wires: [],
  }));
}
