import { familyFacts, familyLookback } from "../../lib/genesys/browser";
import { sampleLine } from "../../lib/line-protocol/sample";
import { asList, openDialog } from "../../lib/node-red/editor/dialog";
import { intervalFacts, showEstimate } from "../../lib/node-red/editor/estimate";
import {
  familyDimensionOptions,
  familyFilter,
  familyMetricOptions,
  familySample,
  refuseFilter,
  refuseOther,
  refuseView,
  viewOptions,
} from "../../lib/node-red/editor/family-options";
import {
  createPickers,
  pollLabel,
  type Pickers,
  forgetPickers,
  savePickers,
} from "../../lib/node-red/editor/poll-dialog";
import { findInPalette } from "../../lib/node-red/editor/palette";
import { property } from "../../lib/node-red/editor/property";
import { createTabs } from "../../lib/node-red/editor/tabs";
import { textsOf } from "../../lib/node-red/editor/texts";
import { durationMs } from "../../lib/terms/durations";
import { FAMILIES, FAMILY_GROUPINGS, type Family, isFamily } from "../../lib/terms/families";
import { kindOfQuery } from "../../lib/terms/queries";
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
      kindOfQuery(this.type, undefined),
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
    const facts = () => familyFacts(family());
    const usualLookback = (): number => {
      const granularity = dialog.value("granularity") || facts().granularity;
      return familyLookback(family(), durationMs(granularity) ?? durationMs(facts().granularity)!);
    };
    const filter = familyFilter(family, () => dialog.value("genesys"));
    const pickers: Pickers = createPickers(
      this,
      text,
      {
        groupBy: {
          source: () => Promise.resolve(familyDimensionOptions(family())),
          emptyHint: () => FAMILY_GROUPINGS[family()].join(", "),
          refuse: (entry) => refuseOther(facts().dimensions, entry),
        },
        filter: { ...filter, refreshable: true, refuse: (entry) => refuseFilter(family(), entry) },
        metrics: {
          source: () => Promise.resolve(familyMetricOptions(family())),
          emptyHint: () => facts().defaultMetrics.join(", "),
          refuse: (entry) => refuseOther(facts().metrics, entry),
        },
        views: {
          source: () => Promise.resolve(viewOptions(facts().metrics)),
          refuse: (entry) => refuseView(facts().metrics, entry),
        },
      },
      () => draw(),
    );
    const asked = () =>
      familySample(family(), (property) => pickers.values(property), dialog.value("granularity"));
    /** The points that will be written, and what they cost. */
    const draw = (): void => {
      estimate.draw();
      dialog.root.find(".gi-sample").text(sampleLine({}, "analytics-aggregates", undefined, asked()));
    };
    const estimate = showEstimate(dialog, this, () => ({
      kind: "analytics-aggregates",
      groupBy: asked().groupBy,
      ...intervalFacts(dialog, { lookback: usualLookback(), granularity: facts().granularity }),
    }));
    dialog.watch(["family"], () => {
      for (const property of ["groupBy", "filter", "metrics", "views"]) pickers.reload(property);
      dialog.field("granularity").attr("placeholder", facts().granularity);
    });
    dialog.watch(["family", "granularity"], () => {
      dialog.field("lookback").attr("placeholder", String(usualLookback()));
      draw();
    });
    dialog.field("genesys").on("change", () => pickers.reload("filter"));
  },
  oneditsave(): void {
    savePickers(this);
  },
  oneditcancel(): void {
    forgetPickers(this);
  },
});
findInPalette("genesys-analytics-poll");

function familyOf(value: unknown): Family {
  return isFamily(value) ? value : FAMILIES[0]!;
}
