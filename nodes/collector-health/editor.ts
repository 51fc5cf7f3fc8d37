import { openDialog } from "../../lib/node-red/editor/dialog";
import { textsOf } from "../../lib/node-red/editor/texts";
import { numberIn } from "../../lib/node-red/editor/validators";

const text = textsOf("collector-health");

RED.nodes.registerType("collector-health", {
  category: "genesys influx",
  color: "#87A980",
  defaults: {
    name: { value: "" },
    scope: { value: "flow" },
    staleAfter: { value: 120, validate: numberIn(1, 86_400) },
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
    openDialog(this);
  },
});
