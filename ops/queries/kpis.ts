/** One field with its sign in a sum. */
export interface Term {
  readonly field: string;
  /** -1 takes the field off. */
  readonly sign: 1 | -1;
}

/**
 * A figure that a manager asks for: `scale` times the sum of the numerator's fields over the sum of the denominator's.
 * Summed first, then divided: a mean of means weighs a bucket with one call like one with a hundred.
 */
export interface Kpi {
  /** Name of the column in an answer. */
  readonly id: string;
  readonly title: string;
  readonly unit: "percent" | "s";
  readonly measurement: string;
  readonly numerator: readonly Term[];
  readonly denominator: readonly Term[];
  readonly scale: number;
  /** What misleads, for the reader of a dashboard. */
  readonly trap: string;
}

const plus = (...fields: string[]): Term[] => fields.map((field) => ({ field, sign: 1 }));

/**
 * Formulas and traps as Genesys defines them: https://help.mypurecloud.com/articles/metric-definitions/ and "configure
 * service level"; times are milliseconds there.
 */
export const KPIS = {
  serviceLevel: {
    id: "service_level",
    title: "Service level",
    unit: "percent",
    measurement: "genesys_queue",
    numerator: plus("oServiceLevel_numerator"),
    denominator: plus("oServiceLevel_denominator"),
    scale: 100,
    trap: "Callbacks and messages have other targets: filter or group by mediaType. A changed option of the organisation changes the past too.",
  },
  speedOfAnswer: {
    id: "speed_of_answer",
    title: "Average speed of answer",
    unit: "s",
    measurement: "genesys_queue",
    numerator: plus("tAnswered_sum"),
    denominator: plus("tAnswered_count"),
    scale: 0.001,
    trap: "tWait also holds the abandoned; waitTime is its mean per bucket and cannot be averaged again.",
  },
  handleTime: {
    id: "handle_time",
    title: "Average handle time",
    unit: "s",
    measurement: "genesys_queue",
    numerator: plus("tHandle_sum"),
    denominator: plus("tHandle_count"),
    scale: 0.001,
    trap: "Messages and emails are handled over hours: show them apart from calls.",
  },
  abandonRate: {
    id: "abandon_rate",
    title: "Abandon rate",
    unit: "percent",
    measurement: "genesys_queue",
    numerator: plus("abandoned"),
    denominator: plus("offered"),
    scale: 100,
    trap: "A call is offered in one half hour and may be abandoned in the next: look at two hours or more. A transfer to a second queue is offered again there.",
  },
  occupancy: {
    id: "occupancy",
    title: "Occupancy",
    unit: "percent",
    measurement: "genesys_agent",
    numerator: plus("tAgentRoutingStatus_INTERACTING"),
    denominator: plus(
      "tAgentRoutingStatus_INTERACTING",
      "tAgentRoutingStatus_COMMUNICATING",
      "tAgentRoutingStatus_IDLE",
    ),
    scale: 100,
    trap: "Not from tHandle: parallel chats add up to more than the hour.",
  },
} as const satisfies Record<string, Kpi>;

/** Fields of a KPI, each once. */
export function fieldsOf({ numerator, denominator }: Kpi): string[] {
  return [...new Set([...numerator, ...denominator].map(({ field }) => field))];
}
