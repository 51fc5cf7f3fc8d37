import { openDialog } from "../../lib/node-red/editor/dialog";
import { createTabs } from "../../lib/node-red/editor/tabs";
import { textsOf } from "../../lib/node-red/editor/texts";
import { numberIn, wholeNumberIn } from "../../lib/node-red/editor/validators";
import { walFiles } from "./editor-files";

const text = textsOf("wal-buffer");

RED.nodes.registerType("wal-buffer", {
  category: "genesys influx",
  color: "#D8BFD8",
  defaults: {
    name: { value: "" },
    directory: { value: "" },
    maxSizeMB: { value: 256, validate: numberIn(1, 1_048_576) },
    maxAgeHours: { value: 0, validate: numberIn(0, 87_600) },
    sync: { value: "always" },
    whenFull: { value: "drop-oldest" },
    window: { value: 5000, validate: wholeNumberIn(1, 1_000_000) },
    ackTimeout: { value: 120, validate: numberIn(1, 86_400) },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 2,
  icon: "genesys-influx-wal.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    return this.name || text("node.size", { size: this["maxSizeMB"] ?? 256 });
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: (index) => text(index === 0 ? "port.write" : "port.events"),
  oneditprepare(): void {
    const dialog = openDialog(this);
    createTabs("wal-buffer-tabs", [
      { id: "wal-buffer-tab-settings", label: text("tab.settings") },
      { id: "wal-buffer-tab-files", label: text("tab.files") },
    ]);
    walFiles(dialog.root, this.id, () => Number(dialog.value("maxSizeMB")) || 256);
  },
});
