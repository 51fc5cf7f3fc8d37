import { credential, node, number, text, url } from "../../lib/node-red/settings-table";

export const SETTINGS = {
  url: url({ env: "INFLUX_URL", required: true }),
  org: text({ env: "INFLUX_ORG", required: true }),
  /** For lines that name no bucket themselves. */
  bucket: text({ env: "INFLUX_BUCKET" }),
  token: credential({ input: "password", env: "INFLUX_TOKEN", required: true }),
  /** For one request. */
  timeout: number({ default: 10, min: 1, max: 600, unit: "s" }),
  tls: node("tls-config", { required: false }),
};
