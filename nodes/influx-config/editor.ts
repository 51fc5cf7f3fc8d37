RED.nodes.registerType("influx-config", {
  category: "config",
  defaults: {
    name: { value: "" },
    url: { value: "" },
    org: { value: "" },
    bucket: { value: "" },
    timeout: { value: 10 },
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
});
