RED.nodes.registerType("influx-batch-write", {
  category: "genesys influx",
  color: "#D8BFD8",
  defaults: {
    name: { value: "" },
    influx: { value: "", type: "influx-config", required: true },
    batchSize: { value: 500 },
    flushInterval: { value: 30 },
    precision: { value: "ns" },
    gzip: { value: true },
    bucket: { value: "" },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 3,
  icon: "genesys-influx-write.svg",
  paletteLabel: "batch write",
  label(): string {
    return this.name || "batch write";
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
});
