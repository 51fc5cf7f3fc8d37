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
  /** One of the sockets is dropped about this often, at random; 0: never. */
  readonly dropEveryS: number;
  /** Changes happen for so long while somebody listens, then nothing does until the parent says to go on. */
  readonly activeS: number;
  readonly seed: number;
}

/** Word of the parent that ends a rest. */
export type LiveWord = "go on";

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
  /** Nothing happens until the parent says to go on. */
  | { readonly kind: "rest" }
  | { readonly kind: "figures"; readonly dropped: number; readonly events: number };

const HOUR_MS = 3_600_000;
/** So many of the changes of queues are contacts that wait longer than the run takes: their count only grows. */
const COUNTED_SHARE = 0.2;
/** Contacts that outlasted a rest leave so many at a time, as all at once would be no disorder but a storm. */
const LEAVE_AT_ONCE = 10;

async function main(options: LiveOrganisationOptions): Promise<void> {
  const { queues, agents, perSecond, dropEveryS, activeS, seed } = options;
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
  /** Contacts that will leave, in no order, with the time for it. */
  let waiting: { readonly leave: (at: number) => void; readonly at: number }[] = [];
  /** Lets a contact arrive that waits on. @returns what lets it leave */
  const arrive = (queue: SimQueue, media: MediaType, at: number): ((end: number) => void) => {
    const wait = { waitEndsAt: at + 3 * HOUR_MS, patienceMs: 3 * HOUR_MS };
    const contact = Object.assign(wait, {
      ...{ queue, media, offeredAt: at, missed: [], outcome: "abandoned" as const, serial: serial++ },
      ...{ alertMs: 0, talkMs: 0, heldMs: 0, acwMs: 0 },
    });
    history.addConversation(contact);
    return (end) => Object.assign(contact, { waitEndsAt: end, patienceMs: end - at });
  };
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
      arrive(one.queue, one.media, at);
      marks.push({ of: "change", key: `${one.queue.id}/${one.media}`, value: one.count, at });
    } else {
      const queue = organisation.queue(Math.floor(random.between(0, queues)));
      const leave = arrive(queue, queue.media[0] ?? "voice", at);
      waiting.push({ leave, at: at + random.between(1_000, 60_000) });
    }
  };
  const leave = (now: number) => {
    let left = 0;
    waiting = waiting.filter((contact) => {
      if (contact.at > now || left >= LEAVE_AT_ONCE) return true;
      contact.leave(now);
      left++;
      return false;
    });
  };
  /** About every so often, so that a run of that length has some for certain. */
  const nextDrop = () => (dropEveryS > 0 ? dropEveryS * random.between(0.5, 1.5) * 1_000 : Infinity);
  let last = Date.now();
  let due = 0;
  let activeMs = 0;
  let dropAfterMs = nextDrop();
  let resting = false;
  setInterval(() => {
    const now = Date.now();
    const passed = now - last;
    last = now;
    const sockets = notifications.connections;
    if (!resting && sockets.length > 0) {
      due += (passed / 1_000) * perSecond;
      for (; due >= 1; due--) happen(now);
      leave(now);
      dropAfterMs -= passed;
      if (dropAfterMs <= 0) {
        sockets[Math.floor(random.between(0, sockets.length))]?.drop();
        dropped++;
        dropAfterMs = nextDrop();
      }
      activeMs += passed;
    }
    if (marks.length > 0) {
      tell({ kind: "marks", marks });
      marks = [];
    }
    if (!resting && activeMs >= activeS * 1_000) {
      resting = true;
      tell({ kind: "figures", dropped, events });
      tell({ kind: "rest" });
    }
  }, 50);
  process.on("message", (word: LiveWord) => {
    if (word !== "go on") return;
    resting = false;
    activeMs = 0;
  });
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
