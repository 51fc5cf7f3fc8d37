import { choice, credential, node, text, time, url } from "../../lib/node-red/settings-table";

/** The settings of `influx-config`. */
export const SETTINGS = {
  url: url({ env: "INFLUX_URL", required: true }),
  org: text({ env: "INFLUX_ORG", required: { unless: { auth: "none" } } }),
  /** For lines that name no bucket themselves. */
  bucket: text({ env: "INFLUX_BUCKET" }),
  /** `none`: a server without login; no token is sent, and the organisation may be blank. */
  auth: choice("token", "none"),
  token: credential({ input: "password", env: "INFLUX_TOKEN", required: { unless: { auth: "none" } } }),
  /** For one request. */
  timeout: time({ default: 10, min: 1, max: 600, unit: "s" }),
  tls: node("tls-config", { required: false }),
};
