import type { Node, NodeAPI } from "node-red";
import {
  Client,
  type Endpoints,
  endpoints,
  listPresences,
  listQueues,
  listUsers,
  type PickerItem,
  testConnection,
} from "../../lib/genesys";
import { AdminProblem, adminRoute } from "../../lib/node-red/admin/route";
import type { GenesysConfigNode } from "../../lib/node-red/genesys-config";
import { tlsOptions } from "../../lib/node-red/tls";

/** What the editor shows and sends in place of a stored credential. */
const STORED = "__PWRD__";
const LONGEST_TIMEOUT_S = 20;
/** Long enough for a dialog session, short enough for a queue that was just made. */
const LIST_MAX_AGE_MS = 10 * 60_000;
/** 10,000 agents are 100 pages. */
const LIST_LIMIT_MS = 60_000;

type Lister = (client: Client, search: string, options: { signal: AbortSignal }) => Promise<PickerItem[]>;
const LISTS: Readonly<Record<string, Lister>> = {
  queues: listQueues,
  users: listUsers,
  presences: (client, _search, options) => listPresences(client, options),
};

/** Routes of our dialogs: lists of what the tenant has, and the connection test. */
export function registerGenesysRoutes(RED: NodeAPI): void {
  for (const [name, list] of Object.entries(LISTS)) registerList(RED, name, list);
  adminRoute(
    RED,
    { method: "post", path: "/genesys-config/test", permission: "genesys-config.write" },
    async ({ body, signal }) => {
      const client = new Client(formSettings(RED, body));
      try {
        return await testConnection(client, { signal });
      } finally {
        await client.close();
      }
    },
  );
}

/** `GET genesys-config/<id>/<list>`: from the deployed node's client; kept for a while, unless `?refresh=1`. */
function registerList(RED: NodeAPI, name: string, list: Lister): void {
  const kept = new WeakMap<Client, { at: number; items: PickerItem[] }>();
  adminRoute(
    RED,
    {
      method: "get",
      path: `/genesys-config/:id/${name}`,
      permission: "genesys-config.read",
      timeLimitMs: LIST_LIMIT_MS,
    },
    async ({ params, query, signal }) => {
      const node = configNode(RED, params["id"]);
      if (!node) return { deployed: false, items: [] };
      // A picker without a list is no failure of Node-RED: the dialog says why, and takes free text.
      if (!node.client) return { deployed: true, items: [], problem: node.problem?.message ?? "not usable" };
      const known = kept.get(node.client);
      if (known && query["refresh"] === undefined && Date.now() - known.at < LIST_MAX_AGE_MS) {
        return { deployed: true, items: known.items };
      }
      try {
        const items = await list(node.client, "", { signal });
        kept.set(node.client, { at: Date.now(), items });
        return { deployed: true, items };
      } catch (error) {
        return { deployed: true, items: [], problem: error instanceof Error ? error.message : String(error) };
      }
    },
  );
}

interface StoredConfig extends GenesysConfigNode {
  readonly credentials: { readonly clientId?: string; readonly clientSecret?: string };
}

function configNode(RED: NodeAPI, id: unknown): StoredConfig | undefined {
  const node = typeof id === "string" && id ? (RED.nodes.getNode(id) as StoredConfig | null) : null;
  return node?.type === "genesys-config" ? node : undefined;
}

/**
 * The dialog's form as client settings, blank fields from the environment. A credential that nobody typed into the form
 * (stored, or from the environment) goes only where it belongs: to the host that it is deployed with, or to the one that
 * the environment or a region of Genesys Cloud names. Else any editor user could have it sent to a server of their own.
 */
function formSettings(RED: NodeAPI, form: Readonly<Record<string, unknown>>) {
  const node = configNode(RED, form["id"]);
  const environment = (name: string): string => text(RED.util.getSetting((node ?? {}) as Node, name));
  const typed = (name: string): string => {
    const value = text(form[name]);
    const reference = /^\$\{(\w+)\}$/.exec(value)?.[1];
    return reference ? environment(reference) : value;
  };
  const urls = formEndpoints({
    region: typed("region"),
    baseUrl: typed("baseUrl"),
    loginUrl: typed("loginUrl"),
    environmentBaseUrl: environment("GENESYS_BASE_URL"),
  });
  const trusted = isTrusted(urls, node?.client?.endpoints, environment("GENESYS_BASE_URL"));
  const credential = (name: "clientId" | "clientSecret", label: string, variable: string): string => {
    const value = text(form[name]);
    if (value !== "" && value !== STORED && !value.startsWith("${")) return value;
    const own = value === STORED ? text(node?.credentials?.[name]) : "";
    const found = own || (value === STORED ? "" : typed(name)) || environment(variable);
    if (!found) throw new AdminProblem(400, `${label} is not set: fill it in, or set ${variable}`);
    if (!trusted && name === "clientSecret") {
      throw new AdminProblem(
        400,
        `type in the ${label}: a stored one is only sent to the host that it belongs to`,
      );
    }
    return found;
  };
  return {
    ...urls,
    clientId: credential("clientId", "client id", "GENESYS_CLIENT_ID"),
    clientSecret: credential("clientSecret", "client secret", "GENESYS_CLIENT_SECRET"),
    timeoutMs: 1_000 * Math.min(LONGEST_TIMEOUT_S, Number(typed("timeout")) || LONGEST_TIMEOUT_S),
    tls: tlsOptions(RED, form["tls"]),
  };
}

function formEndpoints(settings: Parameters<typeof endpoints>[0]): Endpoints {
  try {
    return endpoints(settings);
  } catch (error) {
    throw new AdminProblem(400, (error as Error).message);
  }
}

function isTrusted(urls: Endpoints, deployed: Endpoints | undefined, environmentBaseUrl: string): boolean {
  const same = (other: Endpoints): boolean =>
    urls.apiUrl === other.apiUrl && urls.loginUrl === other.loginUrl;
  if (deployed && same(deployed)) return true;
  if (urls.region !== "custom") return same(endpoints({ region: urls.region }));
  return environmentBaseUrl !== "" && same(endpoints({ region: "custom", environmentBaseUrl }));
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}
