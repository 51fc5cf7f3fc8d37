import { openDialog } from "../../lib/node-red/editor/dialog";
import { testButton } from "../../lib/node-red/editor/test-button";
import { httpUrl, numberIn } from "../../lib/node-red/editor/validators";

RED.nodes.registerType("influx-config", {
  category: "config",
  defaults: {
    name: { value: "" },
    url: { value: "", validate: httpUrl },
    org: { value: "" },
    bucket: { value: "" },
    timeout: { value: 10, validate: numberIn(1, 600) },
    tls: { value: "", type: "tls-config", required: false },
    version: { value: 1 },
  },
  credentials: {
    token: { type: "password" },
  },
  label(): string {
    return this.name || (this["url"] as string) || "InfluxDB";
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare(): void {
    const dialog = openDialog(this);
    testButton(dialog, "influx-config/test", () => ({
      id: this.id,
      url: dialog.value("url"),
      org: dialog.value("org"),
      bucket: dialog.value("bucket"),
      token: dialog.value("token"),
      timeout: dialog.value("timeout"),
      tls: dialog.value("tls"),
    }));
  },
});
