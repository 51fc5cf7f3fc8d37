import type { Node, NodeAPI, NodeDef } from "node-red";
import { Client, Directory, type Endpoints, endpoints } from "../../lib/genesys";
import type { TlsOptions } from "../../lib/http/agent";
import type { GenesysConfigNode } from "../../lib/node-red/genesys-config";
import { onClose } from "../../lib/node-red/input";
import { migrate } from "../../lib/node-red/migrate";
import { SettingsReader } from "../../lib/node-red/settings";
import { tlsOptions } from "../../lib/node-red/tls";
import { registerGenesysRoutes } from "./admin";

interface GenesysConfigDef extends NodeDef {
  region?: unknown;
  baseUrl?: unknown;
  loginUrl?: unknown;
  environment?: unknown;
  timeout?: unknown;
  tls?: unknown;
}

/** The connection to one Genesys Cloud organisation: one OAuth client, one budget, shared by all its nodes. */
export = (RED: NodeAPI): void => {
  registerGenesysRoutes(RED);
  function GenesysConfig(this: Node<Credentials>, saved: GenesysConfigDef): void {
    RED.nodes.createNode(this, saved);
    const node = this as unknown as { -readonly [K in keyof GenesysConfigNode]: GenesysConfigNode[K] };
    const config = migrate(saved);
    const settings = new SettingsReader(RED, this);
    node.environment = settings.text("environment", config.environment, { env: "GENESYS_ENV_ID" });
    const urls = readEndpoints(settings, config);
    const clientId = settings.text("clientId", this.credentials?.clientId, {
      env: "GENESYS_CLIENT_ID",
      required: true,
    });
    const clientSecret = settings.text("clientSecret", this.credentials?.clientSecret, {
      env: "GENESYS_CLIENT_SECRET",
      required: true,
    });
    const timeoutS = settings.number("timeout", config.timeout, {
      fallback: 30,
      min: 1,
      max: 600,
      unit: "s",
    });
    let tls: TlsOptions | undefined;
    try {
      tls = tlsOptions(RED, config.tls);
    } catch (error) {
      settings.problem("tls", (error as Error).message);
    }
    try {
      settings.check();
    } catch (error) {
      node.problem = error as Error;
      this.error(error);
      return;
    }
    const client = new Client({ ...urls, clientId, clientSecret, timeoutMs: timeoutS * 1000, tls });
    node.client = client;
    node.directory = new Directory(client);
    onClose(this, () => client.close());
  }
  RED.nodes.registerType("genesys-config", GenesysConfig as never, {
    credentials: { clientId: { type: "text" }, clientSecret: { type: "password" } },
  });
};

interface Credentials {
  clientId?: string;
  clientSecret?: string;
}

function readEndpoints(settings: SettingsReader, config: GenesysConfigDef): Endpoints {
  const given = {
    region: settings.text("region", config.region),
    baseUrl: settings.text("baseUrl", config.baseUrl),
    loginUrl: settings.text("loginUrl", config.loginUrl),
    environmentBaseUrl: settings.text("baseUrl", "", { env: "GENESYS_BASE_URL" }),
  };
  try {
    return endpoints(given);
  } catch (error) {
    settings.problem("region", (error as Error).message);
    return { apiUrl: "", loginUrl: "", region: "" };
  }
}
