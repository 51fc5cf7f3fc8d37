import { openDialog } from "../../lib/node-red/editor/dialog";
import { findInPalette } from "../../lib/node-red/editor/palette";
import { property } from "../../lib/node-red/editor/property";
import { textsOf } from "../../lib/node-red/editor/texts";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

const text = textsOf("collector-health");

RED.nodes.registerType("collector-health", {
  category: "genesys influx",
  color: "#87A980",
  defaults: {
    name: { value: "" },
    scope: property(SETTINGS.scope),
    staleAfter: property(SETTINGS.staleAfter),
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-influx-health.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    return this.name || text(this["scope"] === "all" ? "node.all" : "node.flow");
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: () => text("port.out"),
  oneditprepare(): void {
    openDialog(this, SETTINGS, MIGRATIONS);
  },
});
findInPalette("collector-health");
