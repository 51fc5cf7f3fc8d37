import type { InfluxEndpoint } from "../../demo/simulators/influx/server";
import type { GenesysAddress } from "./genesys-client";

/** The eight variables that a flow without settings falls back to. */
export function environmentOf(
  genesys: GenesysAddress,
  influx: Pick<InfluxEndpoint, "url" | "org" | "token">,
  environment: string,
  bucket = "genesys",
): Record<string, string> {
  return {
    GENESYS_BASE_URL: genesys.url,
    GENESYS_ENV_ID: environment,
    GENESYS_CLIENT_ID: genesys.clientId,
    GENESYS_CLIENT_SECRET: genesys.clientSecret,
    INFLUX_URL: influx.url,
    INFLUX_ORG: influx.org,
    INFLUX_BUCKET: bucket,
    INFLUX_TOKEN: influx.token,
  };
}
