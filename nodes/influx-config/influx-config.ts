import type { NodeAPI, NodeDef } from "node-red";
import type { InfluxConfigNode } from "../../lib/node-red/influx-config";
import { migrate } from "../../lib/node-red/migrate";
import { startConfigNode } from "../../lib/node-red/node";
import { inMs } from "../../lib/node-red/settings-table";
import { tlsOptions } from "../../lib/node-red/tls";
import { variablesForEditor } from "../../lib/node-red/variables";
import { registerTestRoute } from "./admin";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

/** `influx-config`: address, organisation, default bucket and token of one InfluxDB. */
export = (RED: NodeAPI): void => {
  registerTestRoute(RED);
  RED.nodes.registerType(
    "influx-config",
    function (this: InfluxConfigNode, saved: NodeDef) {
      RED.nodes.createNode(this, saved);
      startConfigNode(RED, this, {
        read: (settings) => {
          const values = settings.read(SETTINGS, migrate(saved, MIGRATIONS), this.credentials);
          this.address = values.url;
          const tls = settings.attempt("tls", () => tlsOptions(RED, values.tls), undefined);
          return { ...values, tls };
        },
        start: ({ auth, token, timeout, url, org, bucket, tls }) => {
          const sent = auth === "none" ? "" : token;
          this.connection = {
            url,
            org,
            bucket,
            token: sent,
            timeoutMs: inMs(SETTINGS.timeout, timeout),
            tls,
          };
        },
      });
    },
    {
      credentials: { token: { type: "password" } },
      settings: variablesForEditor("influx-config", SETTINGS),
    },
  );
};
