import {
  credentialProperty,
  credentialsThere,
  watchCredentials,
} from "../../lib/node-red/editor/credentials";
import { openDialog, showRow } from "../../lib/node-red/editor/dialog";
import { property } from "../../lib/node-red/editor/property";
import { testButton } from "../../lib/node-red/editor/test-button";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

RED.nodes.registerType("influx-config", {
  category: "config",
  defaults: {
    name: { value: "" },
    url: property(SETTINGS.url),
    org: property(SETTINGS.org),
    bucket: property(SETTINGS.bucket),
    auth: property(SETTINGS.auth),
    timeout: property(SETTINGS.timeout),
    tls: property(SETTINGS.tls),
    version: { value: 1, validate: credentialsThere(SETTINGS) },
  },
  credentials: {
    token: credentialProperty(SETTINGS.token),
  },
  label(): string {
    return this.name || (this["url"] as string) || "InfluxDB";
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    dialog.watch(["auth"], () => showRow(dialog, "token", dialog.value("auth") !== "none"));
    testButton(dialog, "influx-config/test", this, SETTINGS);
  },
});
watchCredentials("influx-config");
