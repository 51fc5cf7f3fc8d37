import { openDialog } from "../../lib/node-red/editor/dialog";
import { findInPalette } from "../../lib/node-red/editor/palette";
import { property } from "../../lib/node-red/editor/property";
import { textsOf } from "../../lib/node-red/editor/texts";
import { wiringOf } from "./editor-wiring";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

const text = textsOf("influx-batch-write");

RED.nodes.registerType("influx-batch-write", {
  category: "genesys influx",
  color: "#D8BFD8",
  defaults: {
    name: { value: "" },
    influx: property(SETTINGS.influx),
    batchSize: property(SETTINGS.batchSize),
    flushInterval: property(SETTINGS.flushInterval),
    precision: property(SETTINGS.precision),
    gzip: property(SETTINGS.gzip),
    bucket: property(SETTINGS.bucket),
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 3,
  icon: "genesys-influx-write.svg",
  align: "right",
  paletteLabel: () => text("palette"),
  label(): string {
    if (this.name) return this.name;
    const lines = this["batchSize"] || SETTINGS.batchSize.default;
    return text("node.batch", { lines, seconds: this["flushInterval"] || SETTINGS.flushInterval.default });
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: (index) => text(`port.${["written", "failed", "rejected"][index]}`),
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    const { state, buffer } = wiringOf(this);
    const name = buffer ? buffer.name || text("wiring.theBuffer") : "";
    const wrong = state !== "good" && state !== "noBuffer";
    dialog.root
      .find(".gi-wiring")
      .toggleClass("gi-warning", wrong)
      .append(
        $("<i/>", { class: wrong ? "fa fa-exclamation-triangle" : "fa fa-info-circle" }),
        document.createTextNode(` ${text(`wiring.${state}`, { buffer: name })}`),
      );
  },
});
findInPalette("influx-batch-write");
