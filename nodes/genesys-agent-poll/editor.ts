import { familyFacts } from "../../lib/genesys/browser";
import { agentsLabel } from "../../lib/node-red/editor/agents-label";
import { openDialog } from "../../lib/node-red/editor/dialog";
import { intervalFacts, showEstimate } from "../../lib/node-red/editor/estimate";
import { refuseView, viewOptions } from "../../lib/node-red/editor/family-options";
import { findInPalette } from "../../lib/node-red/editor/palette";
import { defaultMetrics, mediaTypeOptions, metricOptions } from "../../lib/node-red/editor/genesys-options";
import { property } from "../../lib/node-red/editor/property";
import {
  createPickers,
  pollLabel,
  showFor,
  type Pickers,
  forgetPickers,
  savePickers,
} from "../../lib/node-red/editor/poll-dialog";
import { createTabs } from "../../lib/node-red/editor/tabs";
import { fromTenant } from "../../lib/node-red/editor/tenant";
import { textsOf } from "../../lib/node-red/editor/texts";
import { kindOfQuery } from "../../lib/terms/queries";
import { MIGRATIONS } from "./migrations";
import { SETTINGS, SETTINGS_OF_QUERY } from "./settings";

const text = textsOf("genesys-agent-poll");
/** What a view can look at. */
const TIMED = familyFacts("conversations").metrics;

RED.nodes.registerType("genesys-agent-poll", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    genesys: property(SETTINGS.genesys),
    query: property(SETTINGS.query),
    agents: property(SETTINGS.agents),
    queues: property(SETTINGS.queues),
    mediaTypes: property(SETTINGS.mediaTypes),
    metrics: property(SETTINGS.metrics),
    views: property(SETTINGS.views),
    granularity: property(SETTINGS.granularity),
    lookback: property(SETTINGS.lookback),
    maxBackfill: property(SETTINGS.maxBackfill),
    timeZone: property(SETTINGS.timeZone),
    resyncDays: property(SETTINGS.resyncDays),
    historyFrom: property(SETTINGS.historyFrom),
    version: { value: 1 },
  },
  inputs: 1,
  outputs: 1,
  icon: "genesys-agent.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    if (this.name) return this.name;
    const granularity = (this["granularity"] as string) || SETTINGS.granularity.blank;
    return pollLabel(agentsLabel(this, text), text, kindOfQuery(this.type, this["query"]), granularity);
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: () => text("port.out"),
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    createTabs("genesys-agent-poll-tabs", [
      { id: "genesys-agent-poll-tab-query", label: text("tab.query") },
      { id: "genesys-agent-poll-tab-time", label: text("tab.time") },
    ]);
    const connection = (): string => dialog.value("genesys");
    const pickers: Pickers = createPickers(
      this,
      text,
      {
        agents: { source: fromTenant(connection, "users"), refreshable: true },
        queues: { source: fromTenant(connection, "queues"), refreshable: true },
        mediaTypes: { source: () => Promise.resolve(mediaTypeOptions()) },
        metrics: {
          source: () => Promise.resolve(metricOptions("performance")),
          emptyHint: () => defaultMetrics("performance"),
        },
        views: {
          source: () => Promise.resolve(viewOptions(TIMED)),
          refuse: (entry) => refuseView(TIMED, entry),
        },
      },
      () => estimate.draw(),
    );
    const estimate = showEstimate(dialog, this, () => {
      const agents = pickers.count("agents");
      if (agents === undefined) return undefined;
      return {
        kind: kindOfQuery(this.type, dialog.value("query")) ?? "agent-activity",
        agents,
        agentsChosen: pickers.values("agents").length > 0,
        queues: pickers.values("queues").length > 0 ? (pickers.count("queues") ?? 1) : 0,
        ...intervalFacts(dialog),
      };
    });
    dialog.field("genesys").on("change", () => {
      pickers.reload("agents");
      pickers.reload("queues");
    });
    dialog.watch(["query"], () => {
      estimate.draw();
      showFor(dialog, SETTINGS_OF_QUERY, dialog.value("query"));
    });
  },
  oneditsave(): void {
    savePickers(this);
  },
  oneditcancel(): void {
    forgetPickers(this);
  },
});
findInPalette("genesys-agent-poll");
