import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Genesys from "../../lib/genesys";

/** The published code: see conversion.ts. */
export const genesys = createRequire(join(__dirname, "../../dist/lib/genesys/"))(
  "./index.js",
) as typeof Genesys;

const TIMES = { granularity: "", lookback: 2, maxBackfill: 24 };

/** Settings of polls, as they are when nothing is filled in. */
export const QUEUE = { queues: [], mediaTypes: [], metrics: [], groupBy: [], ...TIMES };
export const AGENT = { agents: [], queues: [], ...TIMES };

/** A client of a server that stands for Genesys Cloud. */
export function clientOf({ url, clientId = "id", clientSecret = "secret" }: ServerAddress): Genesys.Client {
  return new genesys.Client({
    ...genesys.endpoints({ baseUrl: url }),
    clientId,
    clientSecret,
    timeoutMs: 30_000,
  });
}

/** A server that stands for Genesys Cloud, and who asks it. */
export interface ServerAddress {
  readonly url: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

/** What pollers need beside their settings; nothing is kept on disk. */
export function partsOf(client: Genesys.Client) {
  return {
    config: { client, directory: new genesys.Directory(client) },
    notices: new genesys.Notices(console.warn, () => undefined),
    checkpoint: () => undefined,
  };
}
