/** Answers of Genesys Cloud for the benches, as text: what a poll brings. */
export interface AnswerText {
  readonly kind: "queue-details" | "queue-aggregates";
  /** Lines that it becomes. */
  readonly lines: number;
  readonly text: string;
}

const START = Date.parse("2026-11-22T10:00:00.000Z");
const HALF_HOUR_MS = 1_800_000;
const MEDIA = ["voice", "message"];
/** With the metrics that a poll asks for by itself, an answer has about as many figures. */
const METRICS = ["nOffered", "tAnswered", "tAbandon", "tWait", "tTalk", "tHeld", "tAcw", "tHandle"];

/** An id as Genesys makes them: nothing of one follows from another. */
export function idOf(n: number): string {
  let state = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const hex = (length: number): string => {
    let digits = "";
    while (digits.length < length) {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
      digits += (state >>> 4).toString(16).padStart(7, "0").slice(-4);
    }
    return digits.slice(0, length);
  };
  return [hex(8), hex(4), hex(4), hex(4), hex(12)].join("-");
}

/** Rows of the tutorial, of one minute. */
export function tutorialRows(queues: number, minute = 0): AnswerText {
  const intervalEnd = new Date(START + minute * 60_000).toISOString();
  const rows = Array.from({ length: queues }, (_, n) => ({
    queueId: idOf(n),
    waitTime: Math.round((n + minute) * 12.34) / 100,
    answered: n % 50,
    abandoned: n % 7,
    offered: (n % 50) + (n % 7),
    intervalEnd,
  }));
  return { kind: "queue-details", lines: queues, text: JSON.stringify(rows) };
}

/** Rows of an aggregate answer with eight metrics. @param media at most two */
export function aggregateRows(queues: number, media = 2, bucketsOfRow = 3): AnswerText {
  const buckets = Array.from({ length: bucketsOfRow }, (_, i) =>
    [START + i * HALF_HOUR_MS, START + (i + 1) * HALF_HOUR_MS]
      .map((at) => new Date(at).toISOString())
      .join("/"),
  );
  const rows = Array.from({ length: queues * media }, (_, n) => ({
    group: {
      queueId: idOf(Math.floor(n / media)),
      mediaType: MEDIA[n % media],
      queueName: `Queue ${Math.floor(n / media)}`,
    },
    data: buckets.map((interval) => ({ interval, metrics: METRICS.map((metric) => statsOf(metric, n)) })),
  }));
  return { kind: "queue-aggregates", lines: rows.length * bucketsOfRow, text: JSON.stringify(rows) };
}

function statsOf(metric: string, n: number): object {
  if (metric.startsWith("n")) return { metric, stats: { count: n % 50 } };
  return { metric, stats: { max: 73_342 + n, min: 2_306, count: n % 50, sum: 110_554 + n } };
}
