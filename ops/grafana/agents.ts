import { KPIS } from "../queries/kpis";
import type { Language } from "./language";
import { board, course, figure, rows, tally } from "./panels";

const LIVE = "genesys_agent_live";
const STATUSES = ["IDLE", "INTERACTING", "COMMUNICATING", "NOT_RESPONDING", "OFF_QUEUE"];
const TIMES = STATUSES.map((status) => `tAgentRoutingStatus_${status}`);

/** Agents: what they do now, and how their time went. Personal data of employees: mind who may open this. */
export function agents(language: Language) {
  const builder = board(
    language,
    "agents",
    "Agents",
    "Personal data of employees: give this dashboard only to those who may see it.",
  )
    .time({ from: "now-8h", to: "now" })
    .refresh("30s");
  const panels = [
    figure(language, language.kpi(KPIS.occupancy), {
      title: KPIS.occupancy.title,
      description: KPIS.occupancy.trap,
      unit: KPIS.occupancy.unit,
      width: 6,
      height: 6,
    }),
    tally(language, language.names(LIVE, "routingStatus", "userId"), {
      title: "Agents by status",
      field: { name: "routingStatus", heading: "Status" },
      counted: { name: "userId", heading: "Agents" },
      width: 6,
      height: 6,
    }),
    course(language, [language.counts("genesys_agent", TIMES, { every: "30m" })], {
      title: "Time in each status",
      unit: "ms",
      bars: true,
      width: 12,
      height: 6,
    }),
    rows(
      language,
      [
        language.names(LIVE, "userName", "userId"),
        language.names(LIVE, "routingStatus", "userId"),
        language.names(LIVE, "presence", "userId"),
        language.latest(LIVE, ["routingStatusSeconds"], ["userId"], { by: "userId" }),
        language.kpi(KPIS.occupancy, { by: "userId" }),
      ],
      {
        title: "Agents",
        key: "userId",
        columns: {
          userName: "Agent",
          routingStatus: "Status",
          routingStatusSeconds: "For",
          presence: "Presence",
          occupancy: "Occupancy",
        },
        units: { routingStatusSeconds: "s", occupancy: "percent" },
        width: 24,
        height: 14,
      },
    ),
  ];
  for (const panel of panels) builder.withPanel(panel);
  return builder;
}
