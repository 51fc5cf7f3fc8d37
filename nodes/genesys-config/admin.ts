import type { NodeAPI } from "node-red";
import {
  asGenesysError,
  Client,
  type ClientSettings,
  type Endpoints,
  endpoints,
  listNamed,
  listPresences,
  listQueues,
  listUsers,
  OTHER_NAMES,
  PRESENCES,
  QUEUES,
  USERS,
  type PickerItem,
  testConnection,
} from "../../lib/genesys";
import { ConnectionForm, type Trust } from "../../lib/node-red/admin/form";
import { adminRoute, TEST_LIMIT_MS } from "../../lib/node-red/admin/route";
import type { GenesysConfigNode } from "../../lib/node-red/genesys-config";
import { inMs } from "../../lib/node-red/settings-table";
import { tlsOptions } from "../../lib/node-red/tls";
import { systemClock } from "../../lib/time/clock";
import { SETTINGS } from "./settings";

/** How long lists are cached: a session of the dialog, not the life of a new queue. */
const LIST_MAX_AGE_MS = 10 * 60_000;
/** Time limit of a list: 10,000 agents are 100 pages. */
const LIST_LIMIT_MS = 60_000;

interface Lister {
  readonly list: (client: Client, options: { signal: AbortSignal }) => Promise<PickerItem[]>;
  /** What the client's role needs for it; absent where any client may. */
  readonly permission?: string | undefined;
}
const LISTS: Readonly<Record<string, Lister>> = {
  queues: { list: listQueues, permission: QUEUES.permission },
  users: { list: listUsers, permission: USERS.permission },
  presences: { list: listPresences, permission: PRESENCES.permission },
  ...Object.fromEntries(
    [...OTHER_NAMES].map(([name, { permission }]): [string, Lister] => [
      name,
      { list: (client, options) => listNamed(client, name, options), permission },
    ]),
  ),
};

/** Adds the routes of the dialogs: lists of the tenant, and the connection test. */
export function registerGenesysRoutes(RED: NodeAPI): void {
  for (const [name, list] of Object.entries(LISTS)) registerList(RED, name, list);
  adminRoute(
    RED,
    { method: "post", path: "/genesys-config/test", permission: "genesys-config.write" },
    async ({ body, signal }) => {
      const form = new ConnectionForm(RED, "genesys-config", SETTINGS, body);
      return form.answer(async () => {
        const client = new Client(formSettings(RED, form, body["tls"]));
        try {
          return await testConnection(client, { signal });
        } finally {
          await client.close();
        }
      });
    },
  );
}

/** Adds `GET genesys-config/<id>/<list>`: asked through the deployed node, cached unless `?refresh=1`. */
function registerList(RED: NodeAPI, name: string, { list, permission }: Lister): void {
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
      // Not an error: the dialog shows the problem, and its picker takes free text.
      if (!node.client) {
        const problems = node.problem?.problems ?? [];
        const missing = problems.filter(({ brief }) => brief !== undefined).map(({ setting }) => setting);
        return { deployed: true, items: [], problem: node.problem?.message ?? "not usable", missing };
      }
      const known = kept.get(node.client);
      if (known && query["refresh"] === undefined && systemClock.monotonic() - known.at < LIST_MAX_AGE_MS) {
        return { deployed: true, items: known.items };
      }
      try {
        const items = await list(node.client, { signal });
        kept.set(node.client, { at: systemClock.monotonic(), items });
        return { deployed: true, items };
      } catch (error) {
        const { kind, message } = asGenesysError(error);
        return { deployed: true, items: [], problem: message, fault: kind, permission };
      }
    },
  );
}

function configNode(RED: NodeAPI, id: unknown): GenesysConfigNode | undefined {
  const node = typeof id === "string" && id ? (RED.nodes.getNode(id) as GenesysConfigNode | null) : null;
  return node?.type === "genesys-config" ? node : undefined;
}

/** The address that secrets are sent to: both hosts. */
export function addressOf({ apiUrl, loginUrl }: Endpoints): string {
  return `${apiUrl} ${loginUrl}`;
}

/** Reads the form as client settings, blank fields from the environment. */
function formSettings(RED: NodeAPI, form: ConnectionForm<typeof SETTINGS>, tls: unknown): ClientSettings {
  const environmentBaseUrl = form.ownVariable("baseUrl");
  const urls = endpointsOf(form, {
    region: form.address("region"),
    baseUrl: form.address("baseUrl"),
    loginUrl: form.address("loginUrl"),
    environmentBaseUrl,
  });
  form.goesTo(addressOf(urls), trustOf(urls, environmentBaseUrl));
  return {
    ...urls,
    clientId: form.value("clientId"),
    clientSecret: form.value("clientSecret"),
    timeoutMs: Math.min(TEST_LIMIT_MS, inMs(SETTINGS.timeout, form.number("timeout", SETTINGS.timeout))),
    tls: tlsOptions(RED, tls),
  };
}

function endpointsOf(
  form: ConnectionForm<typeof SETTINGS>,
  settings: Parameters<typeof endpoints>[0],
): Endpoints {
  try {
    return endpoints(settings);
  } catch (error) {
    form.addressProblem((error as Error).message);
    throw error;
  }
}

function trustOf(urls: Endpoints, environmentBaseUrl: string): Trust {
  const same = (other: Endpoints): boolean => addressOf(urls) === addressOf(other);
  if (urls.region !== "custom") return same(endpoints({ region: urls.region })) ? "own" : "none";
  const own = environmentBaseUrl !== "" && same(endpoints({ region: "custom", environmentBaseUrl }));
  return own ? "all" : "none";
}
