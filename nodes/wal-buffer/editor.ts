import { openDialog } from "../../lib/node-red/editor/dialog";
import { findInPalette } from "../../lib/node-red/editor/palette";
import { property } from "../../lib/node-red/editor/property";
import { createTabs } from "../../lib/node-red/editor/tabs";
import { textsOf } from "../../lib/node-red/editor/texts";
import { walFiles } from "./editor-files";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

const text = textsOf("wal-buffer");

RED.nodes.registerType("wal-buffer", {
  category: "genesys influx",
  color: "#D8BFD8",
  defaults: {
    name: { value: "" },
    directory: property(SETTINGS.directory),
    maxSizeMB: property(SETTINGS.maxSizeMB),
    maxAgeHours: property(SETTINGS.maxAgeHours),
    sync: property(SETTINGS.sync),
    whenFull: property(SETTINGS.whenFull),
    window: property(SETTINGS.window),
    inFlight: property(SETTINGS.inFlight),
    onlyChanges: property(SETTINGS.onlyChanges),
    fullEvery: property(SETTINGS.fullEvery),
    ackTimeout: property(SETTINGS.ackTimeout),
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 2,
  icon: "genesys-influx-wal.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    return this.name || text("node.size", { size: this["maxSizeMB"] || SETTINGS.maxSizeMB.default });
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: (index) => text(index === 0 ? "port.write" : "port.events"),
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    createTabs("wal-buffer-tabs", [
      { id: "wal-buffer-tab-settings", label: text("tab.settings") },
      { id: "wal-buffer-tab-files", label: text("tab.files") },
    ]);
    walFiles(dialog.root, this.id, () => Number(dialog.value("maxSizeMB")) || SETTINGS.maxSizeMB.default);
  },
});
findInPalette("wal-buffer");
