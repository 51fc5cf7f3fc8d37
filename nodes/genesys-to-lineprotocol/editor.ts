import { asList, openDialog } from "../../lib/node-red/editor/dialog";
import { createPicker, type Picker } from "../../lib/node-red/editor/picker";
import { findInPalette } from "../../lib/node-red/editor/palette";
import { property } from "../../lib/node-red/editor/property";
import { textsOf } from "../../lib/node-red/editor/texts";
import { showSample } from "./editor-sample";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

const text = textsOf("genesys-to-lineprotocol");

RED.nodes.registerType("genesys-to-lineprotocol", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    measurement: property(SETTINGS.measurement),
    environment: property(SETTINGS.environment),
    timestamp: property(SETTINGS.timestamp),
    align: property(SETTINGS.align),
    queueName: property(SETTINGS.queueName),
    tags: property(SETTINGS.tags),
    zeroFill: property(SETTINGS.zeroFill),
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-lineprotocol.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    if (this.name) return this.name;
    const measurement = this["measurement"] as string;
    return measurement ? text("node.measurement", { measurement }) : text("palette");
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: () => text("port.out"),
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    const picker = createPicker({
      element: $("#node-input-tags-picker"),
      label: $("#node-input-tags-label"),
      selected: asList(this["tags"]),
      source: () => Promise.resolve([]),
      empty: text("empty.tags"),
      changed: () => sample.draw(),
      refuse: (tag) =>
        /^[^=\r\n]+=[^\r\n]+$/.test(tag) && !tag.endsWith("\\") ? undefined : text("tags.wrong"),
    });
    const sample = showSample(dialog, this, () => picker.values());
    this["tagPicker"] = picker;
  },
  oneditsave(): void {
    this["tags"] = (this["tagPicker"] as Picker).values();
    delete this["tagPicker"];
  },
  oneditcancel(): void {
    delete this["tagPicker"];
  },
});
findInPalette("genesys-to-lineprotocol");
