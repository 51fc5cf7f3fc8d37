// A simulated Genesys Cloud in a process of its own in which changes happen: its parent measures how they arrive.
import {
  MEDIA_TYPES,
  type MediaType,
  type SimQueue,
} from "../../demo/simulators/genesys/organisation/organisation";
import { Random } from "../../demo/simulators/genesys/organisation/random";
import { startGenesysSimulator } from "../../demo/simulators/genesys/server";

/** How it is set up; the argument of the process, as JSON. */
export interface LiveOrganisationOptions {
  readonly queues: number;
  readonly agents: number;
  /** Changes in a second, half of them of queues and half of agents. */
  readonly perSecond: number;
  /** One of the sockets is dropped at random, this often on average; 0: never. */
  readonly dropEveryS: number;
  /** Changes happen for so long, then nothing does, over and over. */
  readonly activeS: number;
  readonly restS: number;
  readonly seed: number;
}

/** A change whose way to the store is measured. */
export interface Mark {
  /** From the change itself, or from its event: the service sends one a second and topic at most. */
  readonly of: "change" | "event";
  /** `queueId/mediaType`, or a user id. */
  readonly key: string;
  /** What the stored point shows at least: a count that only grows, or the time since when a status is. */
  readonly value: number;
  readonly at: number;
}

/** A message to the parent process. */
export type LiveNews =
  | {
      readonly kind: "started";
      readonly url: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | { readonly kind: "marks"; readonly marks: readonly Mark[] }
  /** Nothing happens until then. */
  | { readonly kind: "rest"; readonly until: number }
  | { readonly kind: "figures"; readonly dropped: number; readonly events: number };

/** No conversation ends so shortly before a rest that it would still be on its way. */
const QUIET_MS = 1_500;
const HOUR_MS = 3_600_000;
/** So many of the changes of queues are contacts that wait longer than the run takes: their count only grows. */
const COUNTED_SHARE = 0.2;

async function main(options: LiveOrganisationOptions): Promise<void> {
  const { queues, agents, perSecond, dropEveryS, activeS, restS, seed } = options;
  const random = new Random(seed);
  const tell = (news: LiveNews) => process.send?.(news);
  let marks: Mark[] = [];
  let events = 0;
  let dropped = 0;
  const simulator = await startGenesysSimulator({
    ...{ queues, agents, seed, load: 0.02, rateLimit: 3_000 },
    notifications: {
      totals: false,
      onEvent: ({ topicName, eventBody }) => {
        events++;
        const mark = markOf(topicName, eventBody);
        if (mark) marks.push(mark);
      },
    },
  });
  const { organisation, history, notifications } = simulator;
  /** The media type of a queue that only counted contacts have, and how many there are. */
  const counted = organisation.queues().flatMap((queue) => {
    const media = MEDIA_TYPES.find((type) => !queue.media.includes(type));
    return media ? [{ queue, media, count: 0 }] : [];
  });
  let serial = 9_000_000;
  const startedAt = Date.now();
  const cycleMs = (activeS + restS) * 1_000;
  const restOf = (at: number) => {
    const from = startedAt + Math.floor((at - startedAt) / cycleMs) * cycleMs + activeS * 1_000;
    return { from, until: from + restS * 1_000 };
  };
  const arrive = (queue: SimQueue, media: MediaType, at: number, waitEndsAt: number) =>
    history.addConversation({
      ...{ queue, media, offeredAt: at, waitEndsAt, patienceMs: waitEndsAt - at, missed: [] },
      ...{ alertMs: 0, talkMs: 0, heldMs: 0, acwMs: 0, outcome: "abandoned", serial: serial++ },
    });
  const happen = (at: number) => {
    if (random.chance(0.5)) {
      const agent = organisation.agent(Math.floor(random.between(0, agents)));
      const onQueue = random.chance(0.7);
      const routing = onQueue ? (random.chance(0.5) ? "IDLE" : "INTERACTING") : "OFF_QUEUE";
      history.addChange(agent, { at, presence: onQueue ? "ON_QUEUE" : "BREAK", variant: 0, routing });
      const changed = history.statusAt(agent, at).routingSince === at;
      if (changed) marks.push({ of: "change", key: agent.id, value: at, at });
    } else if (random.chance(COUNTED_SHARE)) {
      const one = counted[Math.floor(random.between(0, counted.length))]!;
      one.count++;
      arrive(one.queue, one.media, at, at + 3 * HOUR_MS);
      marks.push({ of: "change", key: `${one.queue.id}/${one.media}`, value: one.count, at });
    } else {
      const queue = organisation.queue(Math.floor(random.between(0, queues)));
      let ends = at + random.between(1_000, 60_000);
      const rest = restOf(ends);
      // Some are still there in the rest, and some have ended right before it.
      if (ends > rest.from - QUIET_MS && ends < rest.until) {
        ends = random.chance(0.7) ? Math.max(at + 1, rest.from - QUIET_MS) : rest.until + 100;
      }
      arrive(queue, queue.media[0] ?? "voice", at, Math.round(ends));
    }
  };
  let last = Date.now();
  let due = 0;
  let resting = false;
  setInterval(() => {
    const now = Date.now();
    const rest = restOf(now);
    const isRest = now >= rest.from - QUIET_MS;
    if (isRest && !resting && restS > 0) {
      tell({ kind: "rest", until: rest.until });
      tell({ kind: "figures", dropped, events });
    }
    resting = isRest;
    if (!resting && notifications.connections.length > 0) {
      due += ((now - last) / 1_000) * perSecond;
      for (; due >= 1; due--) happen(now);
      if (dropEveryS > 0 && random.chance((now - last) / 1_000 / dropEveryS)) {
        const sockets = notifications.connections;
        sockets[Math.floor(random.between(0, sockets.length))]?.drop();
        dropped++;
      }
    }
    last = now;
    if (marks.length === 0) return;
    tell({ kind: "marks", marks });
    marks = [];
  }, 50);
  process.on("disconnect", () => process.exit());
  const { url, clientId, clientSecret } = simulator;
  tell({ kind: "started", url, clientId, clientSecret });

  function markOf(topic: string, body: unknown): Mark | undefined {
    const at = Date.now();
    const { group, data, id, routingStatus } = body as EventBody;
    if (id !== undefined && routingStatus) {
      return { of: "event", key: id, value: Date.parse(routingStatus.startTime), at };
    }
    const one = counted.find(({ queue, media }) => queue.id === group?.queueId && media === group.mediaType);
    const waiting = data?.[0]?.metrics.find(({ metric }) => metric === "oWaiting");
    if (!one || !waiting || !topic.endsWith(".observations")) return undefined;
    return { of: "event", key: `${one.queue.id}/${one.media}`, value: waiting.stats.count, at };
  }
}

interface EventBody {
  readonly id?: string;
  readonly routingStatus?: { readonly startTime: string };
  readonly group?: { readonly queueId: string; readonly mediaType?: string };
  readonly data?: readonly {
    readonly metrics: readonly { readonly metric: string; readonly stats: { readonly count: number } }[];
  }[];
}

void main(JSON.parse(process.argv[2] ?? "{}") as LiveOrganisationOptions);
