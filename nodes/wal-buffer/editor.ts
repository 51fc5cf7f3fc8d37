RED.nodes.registerType("wal-buffer", {
  category: "genesys influx",
  color: "#D8BFD8",
  defaults: {
    name: { value: "" },
    directory: { value: "" },
    maxSizeMB: { value: 256 },
    maxAgeHours: { value: 0 },
    sync: { value: "always" },
    whenFull: { value: "drop-oldest" },
    window: { value: 5000 },
    ackTimeout: { value: 120 },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 2,
  icon: "genesys-influx-wal.svg",
  paletteLabel: "wal buffer",
  label(): string {
    return this.name || "wal buffer";
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
});
