import { KPIS } from "../queries/kpis";
import type { Language } from "./language";
import { board, course, figure, rows } from "./panels";

const LIVE = "genesys_queue_live";
/** The tags of a queue's live points. */
const SERIES = ["queueId", "mediaType"];

/** Who waits and who works now, and how the day goes. */
export function contactCentreNow(language: Language) {
  const latest = (fields: string[], how = {}) => language.latest(LIVE, fields, SERIES, how);
  const small = { width: 4, height: 4 };
  const builder = board(
    language,
    "now",
    "Contact centre now",
    "Live state of queues and agents: the last point of each. An interval query behind it tells how the day goes.",
  )
    .time({ from: "now-15m", to: "now" })
    .refresh("10s");
  const panels = [
    figure(language, latest(["oWaiting"]), { title: "Waiting", ...small }),
    figure(language, latest(["longestWaitSeconds"], { merge: "max" }), {
      title: "Longest wait",
      unit: "s",
      ...small,
    }),
    figure(language, latest(["oInteracting"]), { title: "In conversation", ...small }),
    figure(language, latest(["oOnQueueUsers_IDLE"]), {
      title: "Free agents, by queue",
      description: "An agent who serves three queues counts three times.",
      ...small,
    }),
    figure(language, language.kpi(KPIS.serviceLevel), {
      title: KPIS.serviceLevel.title,
      description: KPIS.serviceLevel.trap,
      unit: KPIS.serviceLevel.unit,
      ...small,
    }).timeFrom("24h"),
    figure(language, language.kpi(KPIS.abandonRate), {
      title: KPIS.abandonRate.title,
      description: KPIS.abandonRate.trap,
      unit: KPIS.abandonRate.unit,
      ...small,
    }).timeFrom("24h"),
    rows(
      language,
      [
        language.names(LIVE, "queueName", "queueId"),
        latest(["oWaiting", "oInteracting"], { by: "queueId" }),
        latest(["longestWaitSeconds"], { by: "queueId", merge: "max" }),
        latest(["oOnQueueUsers_IDLE"], { by: "queueId" }),
      ],
      {
        title: "Queues",
        key: "queueId",
        columns: {
          queueName: "Queue",
          oWaiting: "Waiting",
          longestWaitSeconds: "Longest wait",
          oInteracting: "In conversation",
          oOnQueueUsers_IDLE: "Free agents",
        },
        units: { longestWaitSeconds: "s" },
        width: 14,
        height: 12,
      },
    ),
    course(
      language,
      [language.counts("genesys_queue", ["offered", "answered", "abandoned"], { every: "30m" })],
      {
        title: "Offered, answered, abandoned",
        description: "By half hour; the last one is still open.",
        bars: true,
        width: 10,
        height: 12,
      },
    ).timeFrom("24h"),
  ];
  for (const panel of panels) builder.withPanel(panel);
  return builder;
}
