import { type Kpi, KPIS } from "../queries/kpis";
import type { Language } from "./language";
import { board, course, figure, rows } from "./panels";

const QUEUE_KPIS: readonly Kpi[] = [KPIS.serviceLevel, KPIS.speedOfAnswer, KPIS.handleTime, KPIS.abandonRate];
const COUNTS = ["offered", "answered", "abandoned"];

/** Half hours and days of queues: volumes, service level, times; each figure summed first, then divided. */
export function intervals(language: Language) {
  const builder = board(
    language,
    "intervals",
    "Intervals and service level",
    "Figures of closed and open buckets of one granularity. Ratios are sums over sums, over the whole time range or by hour.",
  ).time({ from: "now/d", to: "now" });
  for (const kpi of QUEUE_KPIS)
    builder.withPanel(
      figure(language, language.kpi(kpi), {
        title: kpi.title,
        description: kpi.trap,
        unit: kpi.unit,
        width: 6,
        height: 4,
      }),
    );
  builder.withPanel(
    course(language, [language.counts("genesys_queue", COUNTS, { every: "30m" })], {
      title: "Offered, answered, abandoned",
      description: "By half hour. What is abandoned may have been offered in the half hour before.",
      bars: true,
      width: 24,
      height: 8,
    }),
  );
  for (const kpi of QUEUE_KPIS)
    builder.withPanel(
      course(language, [language.kpi(kpi, { every: "1h" })], {
        title: `${kpi.title} by hour`,
        description: kpi.trap,
        unit: kpi.unit,
        width: 12,
        height: 7,
      }),
    );
  builder.withPanel(
    rows(
      language,
      [
        language.names("genesys_queue", "queueName", "queueId"),
        language.counts("genesys_queue", COUNTS, { by: "queueId" }),
        ...QUEUE_KPIS.map((kpi) => language.kpi(kpi, { by: "queueId" })),
      ],
      {
        title: "Queues",
        key: "queueId",
        columns: {
          queueName: "Queue",
          offered: "Offered",
          answered: "Answered",
          abandoned: "Abandoned",
          ...Object.fromEntries(QUEUE_KPIS.map(({ id, title }) => [id, title])),
        },
        units: Object.fromEntries(QUEUE_KPIS.map(({ id, unit }) => [id, unit])),
        width: 24,
        height: 12,
      },
    ),
  );
  return builder;
}
