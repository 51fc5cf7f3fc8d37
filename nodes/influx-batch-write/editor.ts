import { openDialog } from "../../lib/node-red/editor/dialog";
import { textsOf } from "../../lib/node-red/editor/texts";
import { numberIn, wholeNumberIn } from "../../lib/node-red/editor/validators";
import { wiringOf } from "./editor-wiring";

const text = textsOf("influx-batch-write");

RED.nodes.registerType("influx-batch-write", {
  category: "genesys influx",
  color: "#D8BFD8",
  defaults: {
    name: { value: "" },
    influx: { value: "", type: "influx-config", required: true },
    batchSize: { value: 500, validate: wholeNumberIn(1, 100_000) },
    flushInterval: { value: 30, validate: numberIn(0.1, 3_600) },
    precision: { value: "ns" },
    gzip: { value: true },
    bucket: { value: "" },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 3,
  icon: "genesys-influx-write.svg",
  align: "right",
  paletteLabel: () => text("palette"),
  label(): string {
    return (
      this.name ||
      text("node.batch", { lines: this["batchSize"] ?? 500, seconds: this["flushInterval"] ?? 30 })
    );
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: (index) => text(`port.${["written", "failed", "rejected"][index]}`),
  oneditprepare(): void {
    const dialog = openDialog(this);
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
