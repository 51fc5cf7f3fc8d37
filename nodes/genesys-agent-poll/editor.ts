RED.nodes.registerType("genesys-agent-poll", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    genesys: { value: "", type: "genesys-config", required: true },
    query: { value: "activity" },
    users: { value: [] },
    queues: { value: [] },
    granularity: { value: "" },
    lookback: { value: 2 },
    maxBackfill: { value: 24 },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-agent.svg",
  paletteLabel: "agent poll",
  label(): string {
    return this.name || "agent poll";
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
});
