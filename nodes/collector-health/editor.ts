RED.nodes.registerType("collector-health", {
  category: "genesys influx",
  color: "#87A980",
  defaults: {
    name: { value: "" },
    scope: { value: "flow" },
    staleAfter: { value: 120 },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-influx-health.svg",
  paletteLabel: "collector health",
  label(): string {
    return this.name || "collector health";
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
});
