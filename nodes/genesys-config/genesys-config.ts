import type { NodeAPI, NodeDef } from "node-red";
import { Client, Directory, endpoints } from "../../lib/genesys";
import type { GenesysConfigNode } from "../../lib/node-red/genesys-config";
import { migrate } from "../../lib/node-red/migrate";
import { startConfigNode } from "../../lib/node-red/node";
import { inMs } from "../../lib/node-red/settings-table";
import { tlsOptions } from "../../lib/node-red/tls";
import { variablesForEditor } from "../../lib/node-red/variables";
import { addressOf, registerGenesysRoutes } from "./admin";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

const NOWHERE = { apiUrl: "", loginUrl: "", region: "" };

/** `genesys-config`: one Genesys Cloud organisation, one OAuth client, one budget, shared by all its nodes. */
export = (RED: NodeAPI): void => {
  registerGenesysRoutes(RED);
  RED.nodes.registerType(
    "genesys-config",
    function (this: GenesysConfigNode, saved: NodeDef) {
      RED.nodes.createNode(this, saved);
      startConfigNode(RED, this, {
        read: (settings) => {
          const values = settings.read(SETTINGS, migrate(saved, MIGRATIONS), this.credentials);
          const environmentBaseUrl = settings.variable(SETTINGS.baseUrl);
          const urls = settings.attempt(
            "region",
            () => endpoints({ ...values, environmentBaseUrl }),
            NOWHERE,
          );
          this.address = addressOf(urls);
          const tls = settings.attempt("tls", () => tlsOptions(RED, values.tls), undefined);
          return { ...values, urls, tls };
        },
        start: ({ urls, clientId, clientSecret, timeout, tls, environment }) => {
          const credentials = { clientId, clientSecret, handsOnToken: true };
          const client = new Client({
            ...urls,
            ...credentials,
            timeoutMs: inMs(SETTINGS.timeout, timeout),
            tls,
          });
          this.client = client;
          this.directory = new Directory(client);
          this.environment = environment;
          return () => client.close();
        },
      });
    },
    {
      credentials: { clientId: { type: "text" }, clientSecret: { type: "password" } },
      settings: variablesForEditor("genesys-config", SETTINGS),
    },
  );
};
