import { Client, Directory, endpoints, Notices } from "../../lib/genesys";

const TIMES = { granularity: "", lookback: 2, maxBackfill: 24 };

/** Settings of polls, as they are when nothing is filled in. */
export const QUEUE = { queues: [], mediaTypes: [], metrics: [], groupBy: [], ...TIMES };
export const AGENT = { agents: [], queues: [], ...TIMES };

/** A client of a server that stands for Genesys Cloud. */
export function clientOf({ url, clientId = "id", clientSecret = "secret" }: ServerAddress): Client {
  return new Client({ ...endpoints({ baseUrl: url }), clientId, clientSecret, timeoutMs: 30_000 });
}

/** A server that stands for Genesys Cloud, and who asks it. */
export interface ServerAddress {
  readonly url: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

/** What pollers need beside their settings; nothing is kept on disk. */
export function partsOf(client: Client) {
  return {
    config: { client, directory: new Directory(client) },
    notices: new Notices(console.warn, () => undefined),
    checkpoint: () => undefined,
  };
}
