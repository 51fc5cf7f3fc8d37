import { chanceOf, hash, Random } from "./random";
import type { MediaType, Organisation, SimQueue } from "./organisation";
import { atWork, DAY, HOUR, MINUTE } from "./shifts";

/** One contact as it arrives, with what its customer and its work will be like. */
export interface Contact {
  readonly queue: SimQueue;
  readonly media: MediaType;
  /** Milliseconds since the epoch. */
  readonly offeredAt: number;
  /** How long the customer waits before giving up; `Infinity` for media that cannot be abandoned. */
  readonly patienceMs: number;
  readonly alertMs: number;
  readonly talkMs: number;
  readonly heldMs: number;
  readonly acwMs: number;
  /** Distinguishes this contact from all others of its site and day. */
  readonly serial: number;
}

const MEAN_TALK_MS: Readonly<Record<MediaType, number>> = {
  voice: 240_000,
  chat: 420_000,
  email: 360_000,
  callback: 260_000,
  message: 300_000,
};
const MEDIA_SHARE: Readonly<Record<MediaType, number>> = {
  voice: 1,
  message: 0.35,
  email: 0.2,
  callback: 0.12,
  chat: 0.2,
};
const MEAN_HANDLE_MS = 330_000;
/** Above this many, every queue becomes quieter: organisations with thousands of queues have mostly quiet ones. */
const BUSY_QUEUES = 500;
/** Time between two contacts of a queue that was opened at run time, on average. */
const NEW_QUEUE_GAP_MS = 6 * MINUTE;
/** Their serial numbers begin where no others get to. */
const NEW_QUEUE_SERIAL = 1_000_000;
/** A contact takes no longer than this from its arrival to the end of its work, apart from the time it waits. */
const LONGEST_TALK_MS = 2 * HOUR;

/**
 * The contacts of one site on one day in order of arrival: a Poisson process whose rate follows the staffing of the
 * hour, sometimes under it and sometimes over it, so that waits come and go.
 */
export function contactsOf(organisation: Organisation, site: number, dayStart: number): Contact[] {
  const { seed, queues, load: busyness = 1 } = organisation.size;
  const agents = organisation.staffOfSite(site);
  const all = organisation.queuesOfSite(site);
  const sources = all
    .filter(({ index }) => index < queues)
    .flatMap((queue) =>
      queue.media.map((media) => ({ queue, media, weight: queue.weight * MEDIA_SHARE[media] })),
    );
  const total = sources.reduce((sum, source) => sum + source.weight, 0);
  const contacts: Contact[] = [];
  const quiet = Math.min(1, BUSY_QUEUES / queues);
  for (let hour = 0; hour < 24; hour++) {
    const load = busyness * (0.55 + 0.5 * chanceOf(seed, "load", site, dayStart, hour));
    const perHour = Math.max(atWork(hour, agents), 0.7) * load * 0.85 * (HOUR / MEAN_HANDLE_MS) * quiet;
    const random = new Random(hash(seed, "arrivals", site, dayStart, hour));
    const meanGap = HOUR / perHour;
    for (let at = random.exponential(meanGap); at < HOUR; at += random.exponential(meanGap)) {
      let share = random.next() * total;
      const source = sources.find(({ weight }) => (share -= weight) < 0);
      if (!source) break;
      const offeredAt = Math.floor(dayStart + hour * HOUR + at);
      contacts.push({
        ...makeContact(random, source.queue, source.media, offeredAt),
        serial: contacts.length,
      });
    }
  }
  const later = all.filter(({ index }) => index >= queues);
  return [...contacts, ...later.flatMap((queue) => contactsOfNew(queue, seed, dayStart))].filter(
    ({ queue, offeredAt }) => organisation.works(queue, offeredAt),
  );
}

/** The contacts of a queue that was opened at run time: beside those of the others, which stay as they are. */
function contactsOfNew(queue: SimQueue, seed: number, dayStart: number): Contact[] {
  const contacts: Contact[] = [];
  const random = new Random(hash(seed, "arrivals of a new queue", queue.index, dayStart));
  for (let at = random.exponential(NEW_QUEUE_GAP_MS); at < DAY; at += random.exponential(NEW_QUEUE_GAP_MS)) {
    const media = queue.media[Math.floor(random.next() * queue.media.length)] ?? "voice";
    const contact = makeContact(random, queue, media, Math.floor(dayStart + at));
    contacts.push({ ...contact, serial: NEW_QUEUE_SERIAL + contacts.length });
  }
  return contacts;
}

function makeContact(
  random: Random,
  queue: SimQueue,
  media: MediaType,
  offeredAt: number,
): Omit<Contact, "serial"> {
  const abandons = media !== "email" && media !== "message";
  const long = random.chance(0.004) ? random.between(0.5, 1.8) * HOUR : 0;
  return {
    queue,
    media,
    offeredAt,
    // One in twelve hangs up during the greeting; the others wait some minutes.
    patienceMs: abandons
      ? Math.ceil(1000 + (random.chance(0.08) ? random.exponential(4000) : random.exponential(240_000)))
      : Infinity,
    alertMs: Math.ceil(random.between(1500, 9000)),
    talkMs: Math.ceil(Math.min(LONGEST_TALK_MS, 8000 + random.erlang2(MEAN_TALK_MS[media]) + long)),
    heldMs: random.chance(0.2) ? Math.ceil(random.exponential(40_000)) : 0,
    acwMs: Math.ceil(random.between(3000, 10_000) + random.exponential(45_000)),
  };
}
