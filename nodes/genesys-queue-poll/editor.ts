import { familyFacts, type MetricQuery } from "../../lib/genesys/browser";
import { asList, openDialog } from "../../lib/node-red/editor/dialog";
import { intervalFacts, showEstimate } from "../../lib/node-red/editor/estimate";
import { refuseView, viewOptions } from "../../lib/node-red/editor/family-options";
import {
  defaultMetrics,
  dimensionOptions,
  mediaTypeOptions,
  metricOptions,
} from "../../lib/node-red/editor/genesys-options";
import { findInPalette } from "../../lib/node-red/editor/palette";
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
import { GROUP_BY_DIMENSIONS } from "../../lib/terms/dimensions";
import { DETAILS_GRANULARITY, kindOfQuery } from "../../lib/terms/queries";
import { MIGRATIONS } from "./migrations";
import { SETTINGS, SETTINGS_OF_QUERY } from "./settings";

const text = textsOf("genesys-queue-poll");
/** What a view can look at. */
const TIMED = familyFacts("conversations").metrics;

RED.nodes.registerType("genesys-queue-poll", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    genesys: property(SETTINGS.genesys),
    query: property(SETTINGS.query),
    queues: property(SETTINGS.queues),
    mediaTypes: property(SETTINGS.mediaTypes),
    metrics: property(SETTINGS.metrics),
    groupBy: property(SETTINGS.groupBy),
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
  icon: "genesys-queue.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    if (this.name) return this.name;
    const query = this["query"] as string;
    const queues = asList(this["queues"]);
    const granularity = (this["granularity"] as string) || usualGranularity(query);
    return pollLabel(selection(queues), text, kindOfQuery(this.type, query), granularity);
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: () => text("port.out"),
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    createTabs("genesys-queue-poll-tabs", [
      { id: "genesys-queue-poll-tab-query", label: text("tab.query") },
      { id: "genesys-queue-poll-tab-time", label: text("tab.time") },
    ]);
    const metricQuery = (): MetricQuery =>
      dialog.value("query") === "observations" ? "observations" : "aggregates";
    const pickers: Pickers = createPickers(
      this,
      text,
      {
        queues: { source: fromTenant(() => dialog.value("genesys"), "queues"), refreshable: true },
        mediaTypes: { source: () => Promise.resolve(mediaTypeOptions()) },
        metrics: {
          source: () => Promise.resolve(metricOptions(metricQuery())),
          emptyHint: () => defaultMetrics(metricQuery()),
        },
        groupBy: { source: () => Promise.resolve(dimensionOptions(GROUP_BY_DIMENSIONS)) },
        views: {
          source: () => Promise.resolve(viewOptions(TIMED)),
          refuse: (entry) => refuseView(TIMED, entry),
        },
      },
      () => estimate.draw(),
    );
    const estimate = showEstimate(dialog, this, () => {
      const queues = pickers.count("queues");
      const kind = kindOfQuery(this.type, dialog.value("query")) ?? "queue-aggregates";
      if (queues === undefined && kind !== "queue-details") return undefined;
      return {
        kind,
        queues: queues ?? 0,
        groupBy: pickers.values("groupBy"),
        ...intervalFacts(dialog),
      };
    });
    dialog.field("genesys").on("change", () => pickers.reload("queues"));
    dialog.watch(["query"], () => {
      const query = dialog.value("query");
      pickers.reload("metrics");
      estimate.draw();
      dialog.field("granularity").attr("placeholder", usualGranularity(query));
      showFor(dialog, SETTINGS_OF_QUERY, query);
    });
  },
  oneditsave(): void {
    savePickers(this);
  },
  oneditcancel(): void {
    forgetPickers(this);
  },
});
findInPalette("genesys-queue-poll");

/** The granularity of a query without the setting. */
function usualGranularity(query: string): string {
  return query === "details" ? DETAILS_GRANULARITY : SETTINGS.granularity.blank;
}

function selection(queues: string[]): string {
  if (queues.length === 0) return text("node.allQueues");
  if (queues.length > 1) return text("node.queues", { count: queues.length });
  // A lone name says more than its count; an id does not.
  const only = queues[0] ?? "";
  return /^[0-9a-f-]{36}$/i.test(only) ? text("node.oneQueue") : only;
}
