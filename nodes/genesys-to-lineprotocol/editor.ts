RED.nodes.registerType("genesys-to-lineprotocol", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    measurement: { value: "" },
    environment: { value: "" },
    timestamp: { value: "auto" },
    align: { value: "" },
    queueName: { value: "field" },
    tags: { value: [] },
    zeroFill: { value: false },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-lineprotocol.svg",
  paletteLabel: "to line protocol",
  label(): string {
    return this.name || "to line protocol";
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
});
