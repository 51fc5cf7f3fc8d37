import { DEFAULT_REGION } from "../../lib/genesys/browser";
import { credential, node, text, time, url } from "../../lib/node-red/settings-table";

/** The settings of `genesys-config`. */
export const SETTINGS = {
  /** Host of the region, or `custom`. */
  region: text({ initially: DEFAULT_REGION }),
  /** Wins over the region; its variable only where the region is `custom` or the default. */
  baseUrl: url({ env: "GENESYS_BASE_URL", envLate: true }),
  loginUrl: url(),
  /** Value of the `env` tag. */
  environment: text({ env: "GENESYS_ENV_ID", word: true }),
  clientId: credential({ input: "text", env: "GENESYS_CLIENT_ID", required: true }),
  clientSecret: credential({ input: "password", env: "GENESYS_CLIENT_SECRET", required: true }),
  /** For one request. */
  timeout: time({ default: 30, min: 1, max: 600, unit: "s" }),
  tls: node("tls-config", { required: false }),
};
