RED.nodes.registerType("genesys-config", {
  category: "config",
  defaults: {
    name: { value: "" },
    region: { value: "mypurecloud.com" },
    baseUrl: { value: "" },
    loginUrl: { value: "" },
    environment: { value: "" },
    timeout: { value: 30 },
    tls: { value: "", type: "tls-config", required: false },
    version: { value: 1 },
  },
  credentials: {
    clientId: { type: "text" },
    clientSecret: { type: "password" },
  },
  label(): string {
    return this.name || ((this["baseUrl"] || this["region"]) as string);
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
});
