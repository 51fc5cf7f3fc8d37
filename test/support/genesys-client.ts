import { Client, type ClientSettings } from "../../lib/genesys/http/client";

/** A server that stands for Genesys Cloud, and who asks it. */
export interface GenesysAddress {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A client of such a server, without chance in its waits. */
export function clientAt(
  { url, clientId, clientSecret }: GenesysAddress,
  settings: Partial<ClientSettings> = {},
): Client {
  return new Client({
    apiUrl: url,
    loginUrl: url,
    region: "custom",
    clientId,
    clientSecret,
    timeoutMs: 30_000,
    random: () => 0.5,
    ...settings,
  });
}
