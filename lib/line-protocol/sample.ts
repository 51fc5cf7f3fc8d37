import { nameKeyOf } from "../terms/dimensions";
import type { Family } from "../terms/families";
import type { JsonObject } from "../terms/json";
import { KINDS, type PollKind } from "../terms/kinds";
import { readAnswer } from "./answer";
import { Converter } from "./converter";
import { InputError } from "./errors";
import { checkSettings, type ConverterSettings } from "./settings";

/** What an analytics poll asks, as far as its lines show it. */
export interface FamilySample {
  readonly family: Family;
  /** All dimensions, those of the filter included. */
  readonly groupBy: readonly string[];
  readonly metrics: readonly string[];
  /** Names of views. */
  readonly views: readonly string[];
  readonly granularity: string;
}

/** Where nobody says what is asked. */
const SAMPLE_FAMILY = {
  family: "flows",
  groupBy: ["flowId", "mediaType"],
  metrics: ["nFlow", "tFlow"],
  views: [],
  granularity: "PT30M",
} as const satisfies FamilySample;
/** More metrics of a family only make the sample longer. */
const SHOWN_METRICS = 3;
const QUEUE_ID = "1d1af111-b11c-11f1-b111-1cf1c11111fc";
const USER_ID = "be11a111-1ff1-1a11-111f-11cb1a11da1e";
const OTHER_ID = "aa11b111-1ff1-4a11-911f-11cb1a11da1e";
const INTERVAL = "2026-11-22T10:00:00.000Z/2026-11-22T10:30:00.000Z";
const POLLED_AT = Date.parse("2026-11-22T10:28:30.250Z");

/** A row of each kind, as a poll hands it on. */
const ROWS: Readonly<Record<Exclude<PollKind, "analytics-aggregates">, JsonObject>> = {
  "queue-details": {
    queueId: "q-1",
    waitTime: 12.34,
    answered: 5,
    abandoned: 1,
    offered: 6,
    intervalEnd: "2026-11-22T10:28:00Z",
  },
  "queue-aggregates": {
    group: { queueId: QUEUE_ID, mediaType: "voice", queueName: "Billing" },
    data: [
      {
        interval: INTERVAL,
        metrics: [
          { metric: "nOffered", stats: { count: 6 } },
          { metric: "tAnswered", stats: { count: 5, sum: 61_700, min: 2300, max: 40_000 } },
          { metric: "tWait", stats: { count: 6, sum: 74_040, min: 2300, max: 40_000 } },
        ],
      },
    ],
  },
  "queue-observations": {
    group: { queueId: QUEUE_ID, mediaType: "voice", queueName: "Billing" },
    data: [
      { metric: "oWaiting", stats: { count: 3 } },
      { metric: "oLongestWaiting", stats: { count: 1, calculatedMetricValue: POLLED_AT - 42_500 } },
    ],
  },
  "agent-activity": {
    group: { userId: USER_ID, userName: "Ada Berg" },
    entities: [
      {
        userId: USER_ID,
        routingStatus: "IDLE",
        routingStatusDate: "2026-11-22T10:28:00.000Z",
        systemPresence: "ON_QUEUE",
        presenceDate: "2026-11-22T09:00:00.000Z",
      },
    ],
  },
  "agent-performance": {
    group: {
      userId: USER_ID,
      queueId: QUEUE_ID,
      mediaType: "voice",
      userName: "Ada Berg",
      queueName: "Billing",
    },
    data: [
      {
        interval: INTERVAL,
        metrics: [
          { metric: "tAnswered", stats: { count: 4, sum: 41_200, min: 2300, max: 30_000 } },
          { metric: "tHandle", stats: { count: 4, sum: 1_260_000, min: 120_000, max: 540_000 } },
        ],
      },
    ],
  },
  "agent-aggregates": {
    group: { userId: USER_ID, userName: "Ada Berg" },
    data: [
      {
        interval: INTERVAL,
        metrics: [{ metric: "tSystemPresence", qualifier: "ON_QUEUE", stats: { sum: 1_500_000 } }],
      },
    ],
  },
};

/** A row of a family as Genesys Cloud answers it. */
function familyRow({ groupBy, metrics, views }: FamilySample): JsonObject {
  const valueOf = (dimension: string): string => {
    if (dimension === "mediaType") return "voice";
    if (dimension === "queueId") return QUEUE_ID;
    if (dimension === "userId") return USER_ID;
    return /Id$|Code$/.test(dimension) ? OTHER_ID : "value";
  };
  const group = groupBy.flatMap((dimension) => {
    const name = nameKeyOf(dimension);
    return [[dimension, valueOf(dimension)], ...(name ? [[name, "Name"]] : [])];
  });
  const statsOf = (metric: string) =>
    metric.startsWith("n") ? { count: 40 } : { count: 38, sum: 1_520_000, min: 2000, max: 120_000 };
  return {
    group: Object.fromEntries(group) as JsonObject,
    data: [
      {
        interval: INTERVAL,
        metrics: metrics.slice(0, SHOWN_METRICS).map((metric) => ({ metric, stats: statsOf(metric) })),
        ...(views.length > 0 && { views: views.map((name) => ({ name, stats: { count: 12 } })) }),
      },
    ],
  };
}

/**
 * Writes the line that the node would write with these settings, for its dialog; runs in a browser.
 *
 * @param environment of the poll
 * @param asked what an analytics poll asks
 * @throws InputError in words for the user when a setting is wrong
 */
export function sampleLine(
  settings: ConverterSettings,
  kind: PollKind = "queue-details",
  environment = "production",
  asked: FamilySample = SAMPLE_FAMILY,
): string {
  const bucketed = KINDS[kind].shape === "buckets";
  const { family, groupBy, granularity } = asked;
  const isFamily = kind === "analytics-aggregates";
  const answer = readAnswer(
    {
      ...{ kind, family, environment },
      ...(bucketed && { granularity: isFamily ? granularity : SAMPLE_FAMILY.granularity }),
      ...(isFamily && { groupBy }),
    },
    POLLED_AT,
    "",
  );
  const row = isFamily ? familyRow(asked) : ROWS[kind];
  const { lines, skipped } = new Converter(checkSettings(settings)).convertNow([row], answer);
  if (lines[0] !== undefined) return lines[0];
  throw new InputError(skipped[0]?.reason ?? "these settings leave nothing to write");
}
