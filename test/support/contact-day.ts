import assert from "node:assert/strict";
import type { KPIS } from "../../ops/queries/kpis";
import { convertRows } from "./convert-rows";

const HALF_HOUR = 30 * 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** One half hour of one queue, as a manager would note it; times in seconds, summed. */
export interface HalfHour {
  readonly queue: string;
  /** Half hours before the newest. */
  readonly ago: number;
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly answerSeconds: number;
  readonly handled: number;
  readonly handleSeconds: number;
  readonly withinTarget: number;
}

const half = (
  queue: string,
  ago: number,
  [offered, answered, abandoned, answerSeconds, handled, handleSeconds, withinTarget]: number[],
): HalfHour =>
  ({
    queue,
    ago,
    offered,
    answered,
    abandoned,
    answerSeconds,
    handled,
    handleSeconds,
    withinTarget,
  }) as HalfHour;

/** A short day with a quiet half hour and one in which nobody was answered. */
export const HALF_HOURS: readonly HalfHour[] = [
  half("billing", 3, [10, 8, 2, 120, 8, 2_400, 6]),
  half("sales", 3, [1, 1, 0, 5, 1, 60, 1]),
  half("billing", 2, [40, 30, 10, 900, 32, 9_600, 12]),
  half("sales", 2, [4, 4, 0, 20, 3, 900, 4]),
  half("billing", 1, [3, 0, 3, 0, 0, 0, 0]),
];

/** Milliseconds in each routing status, by agent, in the half hour that ended last. */
export const AGENT_TIMES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ada: { INTERACTING: 900_000, COMMUNICATING: 100_000, IDLE: 800_000 },
  bob: { INTERACTING: 300_000, IDLE: 600_000, NOT_RESPONDING: 1_000, OFF_QUEUE: 900_000 },
};

/** The package's own points of that day: half hours and, as a trap for sums, the whole day of the same queues. */
export async function contactDay(now: number): Promise<string[]> {
  const last = Math.floor(now / HALF_HOUR) * HALF_HOUR;
  const info = (kind: string, granularity: string, groupBy: string[]) => ({
    ...{ kind, granularity, groupBy, timeZone: "UTC", polledAt: iso(now), environment: "test" },
    ...{ region: "mypurecloud.com", complete: true, reason: "poll" },
  });
  const queues = ["queueId", "mediaType"];
  const row = ({ queue, ...figures }: HalfHour, start: number, length: number) => ({
    group: { queueId: queue, mediaType: "voice", queueName: queue === "billing" ? "Billing" : "Sales" },
    data: [{ interval: `${iso(start)}/${iso(start + length)}`, metrics: metricsOf(figures) }],
  });
  const halves = HALF_HOURS.map((figures) => row(figures, last - figures.ago * HALF_HOUR, HALF_HOUR));
  const day = Math.floor(now / 86_400_000) * 86_400_000;
  const days = [row({ ...HALF_HOURS[0]!, offered: 9_999, answered: 9_999 }, day, 86_400_000)];
  const agents = Object.entries(AGENT_TIMES).map(([userId, times]) => ({
    group: { userId, userName: userId },
    data: [
      {
        interval: `${iso(last - HALF_HOUR)}/${iso(last)}`,
        metrics: Object.entries(times).map(([qualifier, sum]) => ({
          ...{ metric: "tAgentRoutingStatus", qualifier, stats: { sum } },
        })),
      },
    ],
  }));
  const live = (queueId: string, waiting: number, longestS: number, interacting: number, idle: number) => [
    {
      group: { queueId, mediaType: "voice", queueName: queueId === "billing" ? "Billing" : "Sales" },
      data: [
        { metric: "oWaiting", stats: { count: waiting } },
        { metric: "oInteracting", stats: { count: interacting } },
        ...(waiting > 0
          ? [{ metric: "oLongestWaiting", stats: { calculatedMetricValue: now - longestS * 1_000 } }]
          : []),
      ],
    },
    {
      group: { queueId, queueName: queueId === "billing" ? "Billing" : "Sales" },
      data: [{ metric: "oOnQueueUsers", qualifier: "IDLE", stats: { count: idle } }],
    },
  ];
  const activity = Object.keys(AGENT_TIMES).map((userId, index) => ({
    group: { userId, userName: userId },
    entities: [
      {
        ...{ userId, userName: userId, routingStatus: "IDLE", systemPresence: "ON_QUEUE" },
        organizationPresenceId: "on-queue",
        routingStatusDate: iso(now - (index + 1) * 60_000),
      },
    ],
  }));
  const answers = await Promise.all([
    convertRows(halves, info("queue-aggregates", "PT30M", queues)),
    convertRows(days, info("queue-aggregates", "P1D", queues)),
    convertRows(agents, info("agent-aggregates", "PT30M", ["userId"])),
    convertRows(
      [...live("billing", 3, 90, 2, 4), ...live("sales", 1, 30, 1, 2)],
      info("queue-observations", "", queues),
    ),
    convertRows(activity, {
      ...info("agent-activity", "", ["userId"]),
      presences: { "on-queue": "On Queue" },
    }),
  ]);
  return answers.flatMap(({ lines }) => lines);
}

function metricsOf(figures: Omit<HalfHour, "queue">): object[] {
  const count = (metric: string, value: number) => ({ metric, stats: { count: value } });
  const time = (metric: string, events: number, seconds: number) => ({
    metric,
    stats: { count: events, sum: seconds * 1_000, max: 1_000, min: 1 },
  });
  const { offered, answered, abandoned } = figures;
  // As Genesys does: what did not happen is left out.
  return [
    count("nOffered", offered),
    ...(answered > 0 ? [time("tAnswered", answered, figures.answerSeconds)] : []),
    ...(abandoned > 0 ? [time("tAbandon", abandoned, 60)] : []),
    ...(figures.handled > 0 ? [time("tHandle", figures.handled, figures.handleSeconds)] : []),
    {
      metric: "oServiceLevel",
      stats: {
        ratio: figures.withinTarget / offered,
        numerator: figures.withinTarget,
        denominator: offered,
        target: 0.8,
      },
    },
  ];
}

/** A figure of the whole day, summed first and then divided: what every query must answer. */
export function dayRatio(
  numerator: (half: HalfHour) => number,
  denominator: (half: HalfHour) => number,
  halves: readonly HalfHour[] = HALF_HOURS,
): number {
  const sum = (of: (half: HalfHour) => number) => halves.reduce((total, half) => total + of(half), 0);
  return sum(numerator) / sum(denominator);
}

/** The figures of that day. */
export const EXPECTED: Readonly<Record<keyof typeof KPIS, number>> = {
  serviceLevel:
    100 *
    dayRatio(
      (half) => half.withinTarget,
      (half) => half.offered,
    ),
  speedOfAnswer: dayRatio(
    (half) => half.answerSeconds,
    (half) => half.answered,
  ),
  handleTime: dayRatio(
    (half) => half.handleSeconds,
    (half) => half.handled,
  ),
  abandonRate:
    100 *
    dayRatio(
      (half) => half.abandoned,
      (half) => half.offered,
    ),
  occupancy: (100 * 1_200_000) / (900_000 + 100_000 + 800_000 + 300_000 + 600_000),
};

/** Asserts that a figure is the expected one but for rounding. */
export function close(found: unknown, expected: number): void {
  assert.ok(Math.abs(Number(found) - expected) < 1e-6, `found ${String(found)}, expected ${expected}`);
}
