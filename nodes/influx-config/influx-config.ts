import type { NodeAPI, NodeDef } from "node-red";
import type { TlsOptions } from "../../lib/http/agent";
import { migrate } from "../../lib/node-red/migrate";
import { SettingsReader } from "../../lib/node-red/settings";
import { tlsOptions } from "../../lib/node-red/tls";
import { registerTestRoute } from "./admin";
import type { InfluxConfigNode, InfluxCredentials } from "../../lib/node-red/influx-config";

interface InfluxConfigDef extends NodeDef {
  url?: unknown;
  org?: unknown;
  bucket?: unknown;
  timeout?: unknown;
  tls?: unknown;
}

/** One InfluxDB: its address, organisation, default bucket and token, shared by the nodes that write there. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType<InfluxConfigNode, InfluxConfigDef, object, InfluxCredentials>(
    "influx-config",
    function (this: InfluxConfigNode, saved: InfluxConfigDef) {
      RED.nodes.createNode(this, saved);
      const config = migrate(saved);
      const settings = new SettingsReader(RED, this);
      const connection = {
        url: settings.url("url", config.url, { env: "INFLUX_URL", required: true }),
        org: settings.text("org", config.org, { env: "INFLUX_ORG", required: true }),
        bucket: settings.text("bucket", config.bucket, { env: "INFLUX_BUCKET" }),
        token: settings.text("token", this.credentials?.token, { env: "INFLUX_TOKEN", required: true }),
        timeoutMs:
          1_000 * settings.number("timeout", config.timeout, { fallback: 10, min: 1, max: 600, unit: "s" }),
        tls: chosenTls(),
      };
      this.url = connection.url;
      try {
        settings.check();
        this.connection = connection;
      } catch (error) {
        this.problem = (error as Error).message;
        this.error(this.problem);
      }

      function chosenTls(): TlsOptions | undefined {
        try {
          return tlsOptions(RED, settings.text("tls", config.tls));
        } catch (error) {
          return void settings.problem("tls", (error as Error).message);
        }
      }
    },
    { credentials: { token: { type: "password" } } },
  );
  registerTestRoute(RED);
};
