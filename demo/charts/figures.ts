import type { StoredPoint } from "../simulators/influx/store";

/** The figures of the demo's page, made from stored points alone. */
export interface Figures {
  readonly at: number;
  /** Oldest first; sums over all queues and media types. */
  readonly halfHours: readonly HalfHour[];
  /** Queues, those with contacts first. */
  readonly queues: readonly QueueNow[];
  /** Agents that are signed in, by what they do. */
  readonly agents: Readonly<Record<string, number>>;
  readonly signedOut: number;
  readonly points: number;
}

/** One half hour. */
export interface HalfHour {
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Its interval has not ended: its counts still grow. */
  readonly open: boolean;
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  /** Percent; absent when nothing counts for it. */
  readonly serviceLevel?: number;
}

/** The live state of one queue. */
export interface QueueNow {
  readonly name: string;
  readonly waiting: number;
  readonly interacting: number;
  readonly longestWaitSeconds: number;
}

const HALF_HOUR_MS = 1_800_000;
const HALF_HOUR = "PT30M";
/** Live points older than this are of queues and agents that are gone. */
const LIVE_MS = 120_000;

/** Makes the figures: sums first, then divides, and reads one granularity, as every query of such points must. */
export function figuresOf(points: readonly StoredPoint[], now: number): Figures {
  const halfHours = new Map<
    number,
    { offered: number; answered: number; abandoned: number; inside: number; all: number }
  >();
  const queues = new Map<string, QueueNow>();
  const queuesAt = new Map<string, number>();
  const agents = new Map<string, { at: number; routingStatus: string; presence: string }>();
  for (const point of points) {
    const at = Number(point.timestampNs / 1_000_000n);
    const fields = new Map(point.fields.map(([name, { value }]) => [name, value]));
    const tags = new Map(point.tags);
    const number = (name: string) => Number(fields.get(name) ?? 0);
    if (point.measurement === "genesys_queue" && tags.get("granularity") === HALF_HOUR) {
      const sum = halfHours.get(at) ?? { offered: 0, answered: 0, abandoned: 0, inside: 0, all: 0 };
      halfHours.set(at, sum);
      sum.offered += number("offered");
      sum.answered += number("answered");
      sum.abandoned += number("abandoned");
      sum.inside += number("oServiceLevel_numerator");
      sum.all += number("oServiceLevel_denominator");
    } else if (point.measurement === "genesys_queue_live" && tags.has("mediaType") && at > now - LIVE_MS) {
      const series = `${tags.get("queueId")}/${tags.get("mediaType")}`;
      if ((queuesAt.get(series) ?? 0) > at) continue;
      queuesAt.set(series, at);
      queues.set(series, {
        name: String(fields.get("queueName") ?? tags.get("queueId")),
        waiting: number("oWaiting"),
        interacting: number("oInteracting"),
        longestWaitSeconds: number("longestWaitSeconds"),
      });
    } else if (point.measurement === "genesys_agent_live" && at > now - LIVE_MS) {
      const id = tags.get("userId") ?? "";
      if ((agents.get(id)?.at ?? 0) <= at)
        agents.set(id, {
          at,
          routingStatus: String(fields.get("routingStatus") ?? ""),
          presence: String(fields.get("systemPresence") ?? ""),
        });
    }
  }
  const statuses: Record<string, number> = {};
  let signedOut = 0;
  for (const { routingStatus, presence } of agents.values())
    if (presence === "OFFLINE") signedOut++;
    else statuses[routingStatus] = (statuses[routingStatus] ?? 0) + 1;
  return {
    at: now,
    halfHours: [...halfHours]
      .sort(([a], [b]) => a - b)
      .map(([start, { inside, all, ...counts }]) => ({
        ...{ start, open: start + HALF_HOUR_MS > now, ...counts },
        ...(all > 0 && { serviceLevel: (100 * inside) / all }),
      })),
    queues: byName(queues.values()),
    agents: statuses,
    signedOut,
    points: points.length,
  };
}

/** One row for each queue, over its media types. */
function byName(series: Iterable<QueueNow>): QueueNow[] {
  const rows = new Map<string, QueueNow>();
  for (const { name, waiting, interacting, longestWaitSeconds } of series) {
    const row = rows.get(name);
    rows.set(name, {
      name,
      waiting: (row?.waiting ?? 0) + waiting,
      interacting: (row?.interacting ?? 0) + interacting,
      longestWaitSeconds: Math.max(row?.longestWaitSeconds ?? 0, longestWaitSeconds),
    });
  }
  return [...rows.values()].sort(
    (a, b) => b.waiting - a.waiting || b.interacting - a.interacting || (a.name < b.name ? -1 : 1),
  );
}
