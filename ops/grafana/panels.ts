import * as common from "@grafana/grafana-foundation-sdk/common";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Language, Shape } from "./language";

/** The data source that the reader chooses at the top of the dashboard. */
export const DATASOURCE: common.DataSourceRef = { type: "influxdb", uid: "${datasource}" };

/** A width of 24 is the whole row. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

interface Look extends Box {
  readonly title: string;
  /** What misleads, and what the figure means. */
  readonly description?: string;
  readonly unit?: string;
}

/** One figure, large. */
export function figure(
  language: Language,
  query: string,
  { title, description = "", unit = "none", ...box }: Look,
) {
  return new stat.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .unit(unit)
    .decimals(unit === "none" ? 0 : 1)
    .noValue("–")
    .graphMode(common.BigValueGraphMode.None)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("/^(?!Time).*/"))
    .span(box.width)
    .height(box.height)
    .withTarget(target(language, query, "A", "table"));
}

/** Figures over time: lines, or bars for what is counted. */
export function course(
  language: Language,
  queries: readonly string[],
  { title, description = "", unit = "none", bars = false, ...box }: Look & { readonly bars?: boolean },
) {
  const panel = new timeseries.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .unit(unit)
    .min(0)
    .drawStyle(bars ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
    .fillOpacity(bars ? 60 : 10)
    .lineWidth(bars ? 0 : 2)
    .showPoints(common.VisibilityMode.Auto)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi))
    .span(box.width)
    .height(box.height);
  queries.forEach((query, index) => panel.withTarget(target(language, query, refId(index), "time_series")));
  return panel;
}

/**
 * Several queries as one table: rows that share a key become one.
 *
 * @param columns names in the answers to headings, in this order; all others are left out
 */
export function rows(
  language: Language,
  queries: readonly string[],
  {
    title,
    description = "",
    key,
    columns,
    units = {},
    ...box
  }: Look & {
    readonly key: string;
    readonly columns: Readonly<Record<string, string>>;
    readonly units?: Readonly<Record<string, string>>;
  },
) {
  const names = Object.keys(columns);
  const panel = new table.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .span(box.width)
    .height(box.height)
    .withTransformation({ id: "joinByField", options: { byField: key, mode: "outer" } })
    .withTransformation({ id: "filterFieldsByName", options: { include: { names } } })
    .withTransformation({
      id: "organize",
      options: {
        renameByName: columns,
        indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
        excludeByName: {},
      },
    });
  for (const [name, unit] of Object.entries(units))
    panel.overrideByName(columns[name] ?? name, [
      { id: "unit", value: unit },
      { id: "decimals", value: 1 },
    ]);
  queries.forEach((query, index) => panel.withTarget(target(language, query, refId(index), "table")));
  return panel;
}

/** How many rows share a text: a table of texts and counts. */
export function tally(
  language: Language,
  query: string,
  {
    title,
    field,
    counted,
    ...box
  }: Look & Record<"field" | "counted", { readonly name: string; readonly heading: string }>,
) {
  const fields = {
    [field.name]: { aggregations: [], operation: "groupby" },
    [counted.name]: { aggregations: ["count"], operation: "aggregate" },
  };
  const renameByName = { [field.name]: field.heading, [`${counted.name} (count)`]: counted.heading };
  return new table.PanelBuilder()
    .title(title)
    .datasource(DATASOURCE)
    .span(box.width)
    .height(box.height)
    .withTransformation({ id: "groupBy", options: { fields } })
    .withTransformation({ id: "organize", options: { renameByName, indexByName: {}, excludeByName: {} } })
    .withTarget(target(language, query, "A", "table"));
}

/** A board with the variables of the queries; without a bucket where the data source has its own database. */
export function board(language: Language, uid: string, title: string, description: string) {
  const builder = new dashboard.DashboardBuilder(`${title} (${language.label})`)
    .uid(`genesys-influx-${uid}-${language.id}`)
    .description(description)
    .tags(["genesys", "contact centre", language.id])
    .timezone("browser")
    .editable()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .withVariable(
      new dashboard.DatasourceVariableBuilder("datasource").label("Data source").type("influxdb"),
    );
  if (language.hasBucket)
    builder.withVariable(
      new dashboard.TextBoxVariableBuilder("bucket").label("Bucket").defaultValue("genesys"),
    );
  return builder
    .withVariable(
      new dashboard.TextBoxVariableBuilder("env")
        .label("Environment")
        .description("Value of the tag env; a regular expression")
        .defaultValue(".*"),
    )
    .withVariable(
      new dashboard.CustomVariableBuilder("granularity")
        .label("Buckets")
        .description("Length of the buckets that the polls ask for")
        .values("PT30M,PT15M,PT1H,P1D")
        .current({ selected: true, text: "PT30M", value: "PT30M" }),
    );
}

function target(language: Language, query: string, id: string, shape: Shape): Builder<Dataquery> {
  return { build: () => language.target(query, id, shape) };
}

const refId = (index: number) => String.fromCharCode("A".charCodeAt(0) + index);
