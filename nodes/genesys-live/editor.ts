import { agentsLabel } from "../../lib/node-red/editor/agents-label";
import { asList, openDialog } from "../../lib/node-red/editor/dialog";
import { showLiveEstimate } from "../../lib/node-red/editor/estimate";
import { defaultMetrics, mediaTypeOptions, metricOptions } from "../../lib/node-red/editor/genesys-options";
import {
  createPickers,
  forgetPickers,
  type Pickers,
  savePickers,
  showFor,
} from "../../lib/node-red/editor/poll-dialog";
import { findInPalette } from "../../lib/node-red/editor/palette";
import { property } from "../../lib/node-red/editor/property";
import { createTabs } from "../../lib/node-red/editor/tabs";
import { fromTenant } from "../../lib/node-red/editor/tenant";
import { textsOf } from "../../lib/node-red/editor/texts";
import { MIGRATIONS } from "./migrations";
import { SETTINGS, SETTINGS_OF_SOURCE } from "./settings";

const text = textsOf("genesys-live");

RED.nodes.registerType("genesys-live", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    genesys: property(SETTINGS.genesys),
    source: property(SETTINGS.source),
    queues: property(SETTINGS.queues),
    agents: property(SETTINGS.agents),
    mediaTypes: property(SETTINGS.mediaTypes),
    metrics: property(SETTINGS.metrics),
    emitEvery: property(SETTINGS.emitEvery),
    snapshotEvery: property(SETTINGS.snapshotEvery),
    intervalTotals: property(SETTINGS.intervalTotals),
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-live.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    return this.name || selection(this);
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: () => text("port.out"),
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    createTabs("genesys-live-tabs", [
      { id: "genesys-live-tab-what", label: text("tab.what") },
      { id: "genesys-live-tab-when", label: text("tab.when") },
    ]);
    const connection = (): string => dialog.value("genesys");
    const pickers: Pickers = createPickers(
      this,
      text,
      {
        queues: {
          source: fromTenant(connection, "queues"),
          refreshable: true,
          empty: () => text(dialog.value("source") === "agents" ? "empty.queuesOfAgents" : "empty.queues"),
        },
        agents: { source: fromTenant(connection, "users"), refreshable: true },
        mediaTypes: { source: () => Promise.resolve(mediaTypeOptions()) },
        metrics: {
          source: () => Promise.resolve(metricOptions("observations")),
          emptyHint: () => defaultMetrics("observations"),
        },
      },
      () => estimate.draw(),
    );
    const estimate = showLiveEstimate(dialog.root, () => {
      const ofAgents = dialog.value("source") === "agents";
      const asked = pickers.count(ofAgents ? "agents" : "queues");
      const everySeconds = Number(dialog.value("snapshotEvery"));
      if (asked === undefined) return undefined;
      if (!ofAgents) return { kind: "queue-observations", queues: asked, everySeconds };
      const queues = pickers.values("queues").length > 0 ? (pickers.count("queues") ?? 1) : 0;
      const agentsChosen = pickers.values("agents").length > 0;
      return { kind: "agent-activity", agents: asked, agentsChosen, queues, everySeconds };
    });
    dialog.field("snapshotEvery").on("input", () => estimate.draw());
    dialog.field("genesys").on("change", () => {
      pickers.reload("queues");
      pickers.reload("agents");
    });
    dialog.watch(["source"], () => {
      // None means another thing for agents.
      pickers.reload("queues");
      estimate.draw();
      showFor(dialog, SETTINGS_OF_SOURCE, dialog.value("source"));
    });
  },
  oneditsave(): void {
    savePickers(this);
  },
  oneditcancel(): void {
    forgetPickers(this);
  },
});
findInPalette("genesys-live");

function selection(node: EditorNode): string {
  if (node["source"] === "agents") return agentsLabel(node, text);
  const queues = asList(node["queues"]).length;
  if (queues === 0) return text("node.allQueues");
  return queues === 1 ? text("node.oneQueue") : text("node.queues", { count: queues });
}
