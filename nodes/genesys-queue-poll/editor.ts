RED.nodes.registerType("genesys-queue-poll", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    genesys: { value: "", type: "genesys-config", required: true },
    query: { value: "aggregates" },
    queues: { value: [] },
    mediaTypes: { value: [] },
    metrics: { value: [] },
    groupBy: { value: [] },
    granularity: { value: "" },
    lookback: { value: 2 },
    maxBackfill: { value: 24 },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-queue.svg",
  paletteLabel: "queue poll",
  label(): string {
    return this.name || "queue poll";
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
});
