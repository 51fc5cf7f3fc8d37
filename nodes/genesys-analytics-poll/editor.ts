import { familyFacts } from "../../lib/genesys/browser";
import { asList, openDialog } from "../../lib/node-red/editor/dialog";
import { intervalFacts, showEstimate } from "../../lib/node-red/editor/estimate";
import { familyDimensionOptions, familyMetricOptions } from "../../lib/node-red/editor/genesys-options";
import { createPickers, pollLabel, type Pickers } from "../../lib/node-red/editor/poll-dialog";
import { findInPalette } from "../../lib/node-red/editor/palette";
import { property } from "../../lib/node-red/editor/property";
import { createTabs } from "../../lib/node-red/editor/tabs";
import { textsOf } from "../../lib/node-red/editor/texts";
import { FAMILIES, type Family, isFamily } from "../../lib/terms/families";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

const text = textsOf("genesys-analytics-poll");

RED.nodes.registerType("genesys-analytics-poll", {
  category: "genesys influx",
  color: "#E9967A",
  defaults: {
    name: { value: "" },
    genesys: property(SETTINGS.genesys),
    family: property(SETTINGS.family),
    groupBy: property(SETTINGS.groupBy),
    filter: property(SETTINGS.filter),
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
  icon: "genesys-analytics.svg",
  paletteLabel: () => text("palette"),
  label(): string {
    if (this.name) return this.name;
    const family = familyOf(this["family"]);
    const grouping = asList(this["groupBy"]);
    const selection = grouping.length > 0 ? `${family} (${grouping.join(", ")})` : family;
    return pollLabel(
      selection,
      text,
      false,
      (this["granularity"] as string) || familyFacts(family).granularity,
    );
  },
  labelStyle(): string {
    return this.name ? "node_label_italic" : "";
  },
  inputLabels: () => text("port.in"),
  outputLabels: () => text("port.out"),
  oneditprepare(): void {
    const dialog = openDialog(this, SETTINGS, MIGRATIONS);
    createTabs("genesys-analytics-poll-tabs", [
      { id: "genesys-analytics-poll-tab-query", label: text("tab.query") },
      { id: "genesys-analytics-poll-tab-time", label: text("tab.time") },
    ]);
    const family = (): Family => familyOf(dialog.value("family"));
    const typed = { source: () => Promise.resolve([]) };
    const pickers: Pickers = createPickers(
      this,
      text,
      {
        groupBy: { source: () => Promise.resolve(familyDimensionOptions(family())) },
        filter: typed,
        metrics: {
          source: () => Promise.resolve(familyMetricOptions(family())),
          emptyHint: () => familyFacts(family()).defaultMetrics.join(", "),
        },
        views: typed,
      },
      () => estimate.draw(),
    );
    this["pickers"] = pickers;
    const estimate = showEstimate(dialog.root, this, () => ({
      kind: "analytics-aggregates",
      ...intervalFacts((property) => dialog.value(property), {
        lookback: familyFacts(family()).lookback,
        resyncDays: SETTINGS.resyncDays.default,
      }),
    }));
    for (const property of ["lookback", "resyncDays", "granularity"]) {
      dialog.field(property).on("input", () => estimate.draw());
    }
    dialog.watch(["family"], () => {
      const facts = familyFacts(family());
      pickers.reload("groupBy");
      pickers.reload("metrics");
      dialog.field("granularity").attr("placeholder", facts.granularity);
      dialog.field("lookback").attr("placeholder", String(facts.lookback));
      estimate.draw();
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
findInPalette("genesys-analytics-poll");

function familyOf(value: unknown): Family {
  return isFamily(value) ? value : FAMILIES[0]!;
}
