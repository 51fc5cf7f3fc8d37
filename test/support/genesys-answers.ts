import type { GenesysInfo } from "../../lib/terms/messages";

/** Ids that the example answers use. */
export const IDS = {
  queue: "3f0c1f5e-0b1c-4c55-9d5b-2f3a5c7e9a01",
  flow: "aa11b111-1ff1-4a11-911f-11cb1a11da1e",
  user: "a1c2b3d4-1111-4222-8333-444455556666",
  available: "6c0f7a30-0000-4000-8000-000000000001",
  onQueue: "6c0f7a30-0000-4000-8000-000000000002",
  coffee: "6c0f7a30-0000-4000-8000-000000000003",
  lunchWalk: "6c0f7a30-0000-4000-8000-000000000004",
} as const;

const POLLED_AT = "2026-11-22T10:31:07.250Z";
const MAPPINGS = { AVAILABLE: [IDS.available], ON_QUEUE: [IDS.onQueue], BREAK: [IDS.coffee, IDS.lunchWalk] };

/** A message of a poll: `payload` and `genesys`. */
export interface ExampleMessage {
  readonly payload: unknown[];
  readonly genesys: GenesysInfo;
}

const info = (kind: GenesysInfo["kind"], more: Partial<GenesysInfo> = {}): GenesysInfo => ({
  kind,
  polledAt: POLLED_AT,
  environment: "production",
  region: "mypurecloud.com",
  complete: true,
  ...more,
});
const hour = {
  interval: { start: "2026-11-22T10:00:00.000Z", end: "2026-11-22T11:00:00.000Z" },
  granularity: "PT30M",
};

/** One message of each kind, as polls send it; every call gives new objects. */
export const exampleMessages = (): Record<GenesysInfo["kind"], ExampleMessage> => ({
  "queue-details": {
    payload: [
      {
        queueId: "q-1",
        waitTime: 12.34,
        answered: 5,
        abandoned: 1,
        offered: 6,
        intervalEnd: "2026-11-22T10:28:00Z",
      },
    ],
    genesys: info("queue-details", {
      interval: { start: "2026-11-22T10:27:00.000Z", end: "2026-11-22T10:28:00.000Z" },
      granularity: "PT1M",
    }),
  },
  "queue-aggregates": {
    payload: [
      {
        group: { queueId: IDS.queue, mediaType: "voice", queueName: "Billing, North" },
        data: [
          {
            interval: "2026-11-22T10:00:00.000Z/2026-11-22T10:30:00.000Z",
            metrics: [
              { metric: "nOffered", stats: { count: 12 } },
              { metric: "tAnswered", stats: { max: 73_342, min: 2306, count: 9, sum: 110_554 } },
              { metric: "tAbandon", stats: { max: 74_387, min: 11_781, count: 2, sum: 86_168 } },
              { metric: "tWait", stats: { max: 74_387, min: 2306, count: 11, sum: 196_722 } },
              { metric: "oServiceTarget", stats: { current: 0.8 } },
              { metric: "oServiceLevel", stats: { ratio: 0.7, numerator: 7, denominator: 10, target: 0.8 } },
            ],
            views: [{ name: "tAbandonUnder5s", stats: { count: 0 } }],
          },
          {
            interval: "2026-11-22T10:30:00.000Z/2026-11-22T11:00:00.000Z",
            metrics: [{ metric: "oServiceTarget", stats: { current: 0.8 } }],
          },
        ],
      },
    ],
    genesys: info("queue-aggregates", hour),
  },
  "queue-observations": {
    payload: [
      {
        group: { queueId: IDS.queue, queueName: "Billing, North" },
        data: [
          { metric: "oMemberUsers", stats: { count: 23 } },
          { metric: "oUserRoutingStatuses", qualifier: "IDLE", stats: { count: 4 } },
          { metric: "oUserRoutingStatuses", qualifier: "OFF_QUEUE", stats: { count: 19 } },
          { metric: "oUserPresences", qualifier: IDS.onQueue, stats: { count: 4 } },
          { metric: "oUserPresences", qualifier: IDS.coffee, stats: { count: 1 } },
          { metric: "oUserPresences", qualifier: IDS.lunchWalk, stats: { count: 2 } },
        ],
      },
      {
        group: { queueId: IDS.queue, mediaType: "voice", queueName: "Billing, North" },
        data: [
          { metric: "oWaiting", stats: { count: 3 } },
          { metric: "oInteracting", stats: { count: 0 } },
          {
            metric: "oLongestWaiting",
            stats: { count: 1, calculatedMetricValue: Date.parse(POLLED_AT) - 42_500 },
          },
          { metric: "oLongestInteracting", stats: { count: 0 } },
        ],
      },
    ],
    genesys: info("queue-observations", { mappings: MAPPINGS }),
  },
  "agent-activity": {
    payload: [
      {
        group: { userId: IDS.user, userName: "Ada Berg" },
        data: [{ metric: "oActiveQueues", count: 2 }],
        truncated: false,
        entities: [
          {
            activityDate: POLLED_AT,
            userId: IDS.user,
            routingStatus: "INTERACTING",
            routingStatusDate: "2026-11-22T10:30:07.000Z",
            systemPresence: "ON_QUEUE",
            organizationPresenceId: IDS.onQueue,
            presenceDate: "2026-11-22T09:31:07.250Z",
          },
        ],
      },
    ],
    genesys: info("agent-activity"),
  },
  "agent-aggregates": {
    payload: [
      {
        group: { userId: IDS.user, userName: "Ada Berg" },
        data: [
          {
            interval: "2026-11-22T10:00:00.000Z/2026-11-22T10:30:00.000Z",
            metrics: [
              { metric: "tSystemPresence", qualifier: "ON_QUEUE", stats: { sum: 1_500_000 } },
              { metric: "tSystemPresence", qualifier: "AVAILABLE", stats: { sum: 300_000 } },
              { metric: "tAgentRoutingStatus", qualifier: "INTERACTING", stats: { sum: 600_000 } },
              { metric: "tOrganizationPresence", qualifier: IDS.coffee, stats: { sum: 1000 } },
              { metric: "tOrganizationPresence", qualifier: IDS.lunchWalk, stats: { sum: 500 } },
            ],
          },
        ],
      },
    ],
    genesys: info("agent-aggregates", {
      ...hour,
      mappings: MAPPINGS,
      presences: { [IDS.coffee]: "Coffee break" },
    }),
  },
  "agent-performance": {
    payload: [
      {
        group: {
          userId: IDS.user,
          queueId: IDS.queue,
          mediaType: "voice",
          userName: "Ada Berg",
          queueName: "Billing, North",
        },
        data: [
          {
            interval: "2026-11-22T10:00:00.000Z/2026-11-22T10:30:00.000Z",
            metrics: [
              { metric: "tAnswered", stats: { max: 73_342, min: 2306, count: 4, sum: 110_554 } },
              { metric: "tHandle", stats: { max: 540_000, min: 120_000, count: 4, sum: 1_260_000 } },
            ],
          },
        ],
      },
    ],
    genesys: info("agent-performance", hour),
  },
  "analytics-aggregates": {
    payload: [
      {
        group: { flowId: IDS.flow, mediaType: "voice", flowName: "Main menu" },
        data: [
          {
            interval: "2026-11-22T10:00:00.000Z/2026-11-22T10:30:00.000Z",
            metrics: [
              { metric: "nFlow", stats: { count: 40 } },
              { metric: "tFlow", stats: { count: 38, sum: 1_520_000, min: 2000, max: 120_000 } },
            ],
          },
        ],
      },
    ],
    genesys: info("analytics-aggregates", { ...hour, family: "flows" }),
  },
});
