import { asList, openDialog } from "../../lib/node-red/editor/dialog";
import { showEstimate } from "../../lib/node-red/editor/estimate";
import { createPickers, pollLabel, showFor, type Pickers } from "../../lib/node-red/editor/poll-dialog";
import { fromTenant } from "../../lib/node-red/editor/tenant";
import { textsOf } from "../../lib/node-red/editor/texts";
import { duration, numberIn, wholeNumberIn } from "../../lib/node-red/editor/validators";
import { POLL_RANGES } from "../../lib/node-red/poll/poll-ranges";

const text = textsOf("genesys-agent-poll");

RED.nodes.registerType("genesys-agent-poll", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    genesys: { value: "", type: "genesys-config", required: true },
    query: { value: "activity" },
    users: { value: [] },
    queues: { value: [] },
    granularity: { value: "", validate: duration },
    lookback: { value: 2, validate: wholeNumberIn(POLL_RANGES.lookback.min, POLL_RANGES.lookback.max) },
    maxBackfill: { value: 24, validate: numberIn(POLL_RANGES.maxBackfill.min, POLL_RANGES.maxBackfill.max) },
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-agent.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    if (this.name) return this.name;
    const granularity = (this["granularity"] as string) || "PT30M";
    return pollLabel(selection(this), text, this["query"] !== "aggregates", granularity);
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: () => text("port.out"),
  oneditprepare(): void {
    const dialog = openDialog(this);
    const connection = (): string => dialog.value("genesys");
    const pickers: Pickers = createPickers(
      this,
      text,
      {
        users: { source: fromTenant(connection, "users"), refreshable: true },
        queues: { source: fromTenant(connection, "queues"), refreshable: true },
      },
      () => estimate.draw(),
    );
    this["pickers"] = pickers;
    const estimate = showEstimate(dialog.root, this, () => {
      const agents = pickers.count("users");
      if (agents === undefined) return undefined;
      return {
        kind: dialog.value("query") === "aggregates" ? "agent-aggregates" : "agent-activity",
        agents,
        agentsChosen: pickers.values("users").length > 0,
        queues: pickers.values("queues").length > 0 ? (pickers.count("queues") ?? 1) : 0,
        lookback: Number(dialog.value("lookback") || 2),
      };
    });
    dialog.field("lookback").on("input", () => estimate.draw());
    dialog.field("genesys").on("change", () => {
      pickers.reload("users");
      pickers.reload("queues");
    });
    dialog.watch(["query"], () => {
      const aggregates = dialog.value("query") === "aggregates";
      estimate.draw();
      showFor(dialog, { granularity: aggregates, lookback: aggregates, maxBackfill: aggregates });
    });
  },
  oneditsave(): void {
    (this["pickers"] as Pickers).save(this);
    delete this["pickers"];
  },
  oneditcancel(): void {
    delete this["pickers"];
  },
});

function selection(node: EditorNode): string {
  const users = asList(node["users"]);
  const queues = asList(node["queues"]);
  if (users.length === 1) return text("node.oneAgent");
  if (users.length > 1) return text("node.agents", { count: users.length });
  if (queues.length === 1) return text("node.oneQueue");
  if (queues.length > 1) return text("node.queues", { count: queues.length });
  return text("node.allAgents");
}
