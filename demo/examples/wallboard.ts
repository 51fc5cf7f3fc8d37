import { Flow, type FlowNode, GENESYS_ID } from "./flow";
import { addGenesys, code, health, ticks } from "./parts";

/** What all dashboards share: importing a second one reuses it. */
export const UI = { base: "a5cb000000000001", theme: "a5cb000000000002" };
const PAGE = "a5cb000000000003";
const GROUPS = {
  now: "a5cb000000000011",
  open: "a5cb000000000012",
  agents: "a5cb000000000013",
  level: "a5cb000000000014",
  closed: "a5cb000000000015",
  pipeline: "a5cb000000000016",
};

const NOW = `let waiting = 0, interacting = 0, since = Infinity;
for (const row of msg.payload) {
    for (const { metric, stats } of row.data || []) {
        if (metric === "oWaiting") waiting += stats.count || 0;
        if (metric === "oInteracting") interacting += stats.count || 0;
        // When the longest wait began, in milliseconds since the epoch.
        if (metric === "oLongestWaiting" && stats.calculatedMetricValue > 0) since = Math.min(since, stats.calculatedMetricValue);
    }
}
const seconds = since === Infinity ? 0 : Math.max(0, Math.round((Date.now() - since) / 1000));
const longest = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0") + " min";
return [{ payload: waiting }, { payload: interacting }, { payload: longest }];`;

const HALF_HOURS = `// One message holds the open half hour and the twelve before it: sums per half hour, over all queues.
const sums = new Map();
for (const { interval, metrics } of msg.payload.flatMap((row) => row.data || [])) {
    const sum = sums.get(interval) || { offered: 0, answered: 0, abandoned: 0, inside: 0, all: 0 };
    sums.set(interval, sum);
    for (const { metric, stats } of metrics || []) {
        if (metric === "nOffered") sum.offered += stats.count || 0;
        if (metric === "tAnswered") sum.answered += stats.count || 0;
        if (metric === "tAbandon") sum.abandoned += stats.count || 0;
        // Numerators and denominators may be added up, ratios may not.
        if (metric === "oServiceLevel") { sum.inside += stats.numerator || 0; sum.all += stats.denominator || 0; }
    }
}
const clock = (time) => new Date(time).toTimeString().slice(0, 5);
const halfHours = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([interval, sum]) => {
    const [start, end] = interval.split("/");
    return { from: clock(start), closed: Date.parse(end) <= Date.now(), ...sum };
});
// A message that brings older half hours alone (fetched after an outage) is not for the wallboard.
const open = halfHours.find(({ closed }) => !closed);
if (!open && halfHours.length < 3) return null;
const closed = halfHours.filter((halfHour) => halfHour.closed);
const last = closed.filter(({ all }) => all > 0).at(-1);
const bars = closed.flatMap(({ from, offered, answered, abandoned }) => [
    { series: "Offered", x: from, y: offered },
    { series: "Answered", x: from, y: answered },
    { series: "Abandoned", x: from, y: abandoned },
]);
const word = open
    ? "since " + open.from + ": " + open.offered + " offered, " + open.answered + " answered, " + open.abandoned + " abandoned"
    : "nothing yet";
return [{ payload: last ? Math.round(100 * last.inside / last.all) : 0 }, { payload: bars }, { payload: word }];`;

const AGENTS = `const WORDS = {
    INTERACTING: "with a customer",
    IDLE: "ready",
    COMMUNICATING: "on another call",
    NOT_RESPONDING: "not responding",
    OFF_QUEUE: "off queue",
};
const counts = {};
for (const row of msg.payload) {
    for (const { routingStatus, systemPresence } of row.entities || [row]) {
        if (!routingStatus || systemPresence === "OFFLINE") continue;
        counts[routingStatus] = (counts[routingStatus] || 0) + 1;
    }
}
const text = Object.keys(WORDS).filter((status) => counts[status]).map((status) => counts[status] + " " + WORDS[status]).join(", ");
return { payload: text || "nobody is signed in" };`;

const IN_WORDS = `const { status, last_poll_time, errors } = msg.payload;
const time = last_poll_time ? "last answer of Genesys at " + new Date(last_poll_time).toTimeString().slice(0, 8) : "no answer yet";
return { payload: status + ", " + time + (errors > 0 ? ", " + errors + " errors since the start" : "") };`;

/** A wallboard of `@flowfuse/node-red-dashboard`: closed half hours as bars, the open one in words. */
export function wallboard(): FlowNode[] {
  const flow = new Flow("a5c", "Dashboard");
  flow.comment(
    "A wallboard: closed half hours as bars, the open one and the live state apart",
    "Needs the package `@flowfuse/node-red-dashboard` (1.31 or later), which the import dialog offers to install. Open `/dashboard` of Node-RED.\n\nThe polls feed the dashboard directly; nothing is written to InfluxDB here. Times are those of the machine that Node-RED runs on. It reads `GENESYS_BASE_URL`, `GENESYS_ENV_ID`, `GENESYS_CLIENT_ID` and `GENESYS_CLIENT_SECRET`; values in the config node win over them.\n",
  );
  const row = (seconds: number, y: number, first: number, type: string, settings: object) => {
    const tick = ticks(flow, seconds, y, first);
    const source = flow.node(type, [340, y], { ...settings });
    flow.wire(tick, source);
    return [tick, source] as const;
  };
  const into = (from: FlowNode, text: object, outputs: number, widgets: readonly FlowNode[]) => {
    const made = flow.node("function", [570, from["y"] as number], { ...text, outputs }, outputs);
    flow.wire(from, made);
    widgets.forEach((widget, port) => flow.wire(made, widget, port));
    return [made, ...widgets];
  };
  const genesys = { genesys: GENESYS_ID };

  const live = row(15, 140, 1, "genesys-queue-poll", { ...genesys, query: "observations" });
  const liveWidgets = into(live[1], code("waiting and longest wait", NOW), 3, [
    text(flow, [800, 100], GROUPS.now, 1, "Waiting"),
    text(flow, [800, 140], GROUPS.now, 2, "With an agent"),
    text(flow, [800, 180], GROUPS.now, 3, "Longest wait"),
  ]);
  flow.group("Now", [...live, ...liveWidgets]);

  const halfHours = row(60, 320, 2, "genesys-queue-poll", { ...genesys, query: "aggregates", lookback: 12 });
  const halfHourWidgets = into(halfHours[1], code("sums by half hour", HALF_HOURS), 3, [
    flow.node("ui-gauge", [800, 280], { group: GROUPS.level, order: 1, ...GAUGE }),
    flow.node("ui-chart", [800, 320], { group: GROUPS.closed, order: 1, ...BARS }),
    text(flow, [800, 360], GROUPS.open, 1, ""),
  ]);
  flow.group("By half hour", [...halfHours, ...halfHourWidgets]);

  const agents = row(30, 460, 3, "genesys-agent-poll", { ...genesys, query: "activity" });
  flow.group("Agents", [
    ...agents,
    ...into(agents[1], code("agents in words", AGENTS), 1, [text(flow, [800, 460], GROUPS.agents, 1, "")]),
  ]);

  const state = row(15, 580, 5, "collector-health", { scope: "all" });
  flow.group("Pipeline", [
    ...state,
    ...into(state[1], code("in words", IN_WORDS), 1, [text(flow, [800, 580], GROUPS.pipeline, 1, "")]),
  ]);
  health(flow, 700);
  addGenesys(flow);
  addPage(flow);
  return flow.nodes();
}

/** A text of the dashboard: whatever comes as payload. */
export function text(
  flow: Flow,
  at: readonly [number, number],
  group: string,
  order: number,
  label: string,
): FlowNode {
  return flow.node("ui-text", at, {
    ...{ group, order, width: "0", height: "0", label, format: "{{msg.payload}}", layout: "row-spread" },
    ...{ style: false, font: "", fontSize: 16, color: "#717171", wrapText: true, className: "" },
  });
}

const GAUGE = {
  ...{ value: "payload", valueType: "msg", width: "4", height: "3", gtype: "gauge-half", gstyle: "rounded" },
  ...{
    title: "Last closed half hour",
    alwaysShowTitle: false,
    floatingTitlePosition: "top-left",
    units: "%",
  },
  ...{ icon: "", prefix: "", suffix: "", min: 0, max: 100 },
  segments: [
    { from: "0", color: "#ea5353", text: "", textType: "value" },
    { from: "60", color: "#ffc800", text: "", textType: "value" },
    { from: "80", color: "#5cd65c", text: "", textType: "value" },
  ],
  ...{
    sizeThickness: 16,
    sizeGap: 4,
    sizeKeyThickness: 8,
    styleRounded: true,
    styleGlow: false,
    className: "",
  },
};

const BARS = {
  ...{ label: "Closed half hours", chartType: "bar", category: "series", categoryType: "property" },
  ...{ xAxisLabel: "", xAxisProperty: "x", xAxisPropertyType: "property", xAxisType: "category" },
  ...{ xAxisFormat: "", xAxisFormatType: "auto", xmin: "", xmax: "", yAxisLabel: "", yAxisProperty: "y" },
  ...{ yAxisPropertyType: "property", ymin: "0", ymax: "", bins: 10, action: "replace", stackSeries: false },
  ...{ pointShape: "circle", pointRadius: 4, showLegend: true, interpolation: "linear", className: "" },
  ...{ removeOlder: 1, removeOlderUnit: "3600", removeOlderPoints: "", width: "8", height: "6" },
  colors: ["#0095ff", "#2ca02c", "#ff7f0e", "#a347e1", "#d62728", "#ff9896", "#9467bd", "#c5b0d5", "#17becf"],
  ...{ textColor: ["#666666"], textColorDefault: true, gridColor: ["#e5e5e5"], gridColorDefault: true },
};

function addPage(flow: Flow): void {
  addBase(flow);
  addPageOf(flow, PAGE, "Contact centre", "/contact-centre", 1);
  addGroup(flow, GROUPS.now, PAGE, "Now", 4, 1);
  addGroup(flow, GROUPS.open, PAGE, "The open half hour", 4, 2);
  addGroup(flow, GROUPS.agents, PAGE, "Agents", 4, 3);
  addGroup(flow, GROUPS.level, PAGE, "Service level", 4, 4);
  addGroup(flow, GROUPS.closed, PAGE, "Offered, answered, abandoned", 8, 5);
  addGroup(flow, GROUPS.pipeline, PAGE, "Pipeline", 12, 6);
  addModule(flow);
}

/** The dashboard and its colours. */
export function addBase(flow: Flow): void {
  flow.config(UI.base, "ui-base", {
    ...{ name: "Dashboard", path: "/dashboard", appIcon: "", includeClientData: true },
    ...{ acceptsClientConfig: ["ui-notification", "ui-control"], showPathInSidebar: false },
    ...{ headerContent: "page", navigationStyle: "default", titleBarStyle: "default" },
  });
  flow.config(UI.theme, "ui-theme", {
    name: "Contact centre",
    colors: {
      ...{ surface: "#ffffff", primary: "#2f6f9f", bgPage: "#eeeeee", groupBg: "#ffffff" },
      groupOutline: "#cccccc",
    },
    sizes: {
      ...{ density: "default", pagePadding: "12px", groupGap: "12px", groupBorderRadius: "4px" },
      widgetGap: "12px",
    },
  });
}

/** Adds a page of the dashboard. */
export function addPageOf(flow: Flow, id: string, name: string, path: string, order: number): void {
  flow.config(id, "ui-page", {
    ...{ name, ui: UI.base, path, icon: "headset", layout: "grid" },
    theme: UI.theme,
    breakpoints: [
      { name: "Default", px: "0", cols: "3" },
      { name: "Tablet", px: "576", cols: "6" },
      { name: "Small Desktop", px: "768", cols: "9" },
      { name: "Desktop", px: "1024", cols: "12" },
    ],
    ...{ order, className: "", visible: "true", disabled: "false" },
  });
}

/** Adds a group of widgets to a page; `width` in columns. */
export function addGroup(
  flow: Flow,
  id: string,
  page: string,
  name: string,
  width: number,
  order: number,
): void {
  flow.config(id, "ui-group", {
    ...{ name, page, width: String(width), height: "1", order, showTitle: true },
    ...{ className: "", visible: "true", disabled: "false", groupType: "default" },
  });
}

/** Names the package that the dashboard comes from, so that the import dialog offers it. */
export function addModule(flow: Flow): void {
  flow.config("a5cb000000000020", "global-config", {
    env: [],
    modules: { "@flowfuse/node-red-dashboard": "1.31.0" },
  });
}
