import { hash, Random } from "./random";
import type { Organisation, RoutingStatus, SimAgent, SystemPresence } from "./organisation";
import { contactsOf } from "./demand";
import type { Contact } from "./demand";
import { DAY, HOUR, MINUTE, planOf, shiftStart } from "./shifts";
import type { PlanStep } from "./shifts";
import { TimeQueue } from "./time-queue";

/** One conversation as the day left it. Times are milliseconds since the epoch. */
export interface Conversation extends Contact {
  readonly outcome: "answered" | "abandoned" | "flowOut";
  /** When it was answered, abandoned or flowed out. */
  readonly waitEndsAt: number;
  /** The agent who answered. */
  readonly agent?: SimAgent;
  /** When agents let it ring without answering it. */
  readonly missed: readonly { readonly agent: SimAgent; readonly at: number; readonly alertMs: number }[];
}

/** A moment at which the status of an agent changed. */
export interface StatusChange {
  readonly at: number;
  readonly presence: SystemPresence;
  readonly variant: number;
  readonly routing: RoutingStatus;
}

/** What happened at one site on one day. */
export interface SiteDay {
  /** By queue number, in order of arrival. */
  readonly conversations: ReadonlyMap<number, readonly Conversation[]>;
  /** By agent number, in order of time; the last one is always OFFLINE and may lie after midnight. */
  readonly changes: ReadonlyMap<number, readonly StatusChange[]>;
}

type Happening =
  | { readonly kind: "arrival"; readonly contact: Contact }
  | { readonly kind: "giveUp" | "again"; readonly waiting: Waiting }
  | { readonly kind: "step" | "free"; readonly desk: Desk };

interface Waiting {
  readonly contact: Contact;
  readonly missed: { agent: SimAgent; at: number; alertMs: number }[];
}

/** An agent during the day. */
interface Desk {
  readonly agent: SimAgent;
  readonly plan: readonly PlanStep[];
  readonly queues: ReadonlySet<number>;
  readonly changes: StatusChange[];
  step: number;
  busy: boolean;
  idleSince: number;
}

/** Contacts that nobody takes within this time leave for voicemail or another queue. */
const FLOW_OUT_MS = 25 * MINUTE;

/** Plays one day of one site, contact by contact: the oldest contact goes to the agent who has been idle longest. */
export function playDay(organisation: Organisation, site: number, dayStart: number): SiteDay {
  return new Play(organisation, site, dayStart).run();
}

class Play {
  readonly #random: Random;
  readonly #queue = new TimeQueue<Happening>();
  readonly #desks: Desk[];
  #waiting: Waiting[] = [];
  readonly #conversations = new Map<number, Conversation[]>();
  readonly #dayStart: number;

  constructor(organisation: Organisation, site: number, dayStart: number) {
    const { seed } = organisation.size;
    this.#dayStart = dayStart;
    this.#random = new Random(hash(seed, "day", site, dayStart));
    const agents = organisation.agentsOfSite(site);
    const staff = organisation.staffOfSite(site);
    const queues = organisation.queuesOfSite(site);
    for (const queue of queues) this.#conversations.set(queue.index, []);
    this.#desks = agents.map((agent) => ({
      agent,
      plan: employed(
        agent,
        dayStart,
        planOf(new Random(hash(seed, "plan", agent.index, dayStart)), startHour(agent, staff, dayStart)),
      ),
      queues: new Set(
        queues.filter((queue) => organisation.isMember(agent, queue)).map(({ index }) => index),
      ),
      changes: [],
      step: -1,
      busy: false,
      idleSince: 0,
    }));
    for (const contact of contactsOf(organisation, site, dayStart)) {
      this.#queue.add(contact.offeredAt, { kind: "arrival", contact });
    }
    for (const desk of this.#desks) {
      for (const { at } of desk.plan) this.#queue.add(dayStart + at, { kind: "step", desk });
    }
  }

  run(): SiteDay {
    for (let next = this.#queue.take(); next; next = this.#queue.take()) this.#happen(next.at, next.what);
    for (const waiting of [...this.#waiting]) this.#leave(this.#dayStart + DAY, waiting, "flowOut");
    for (const list of this.#conversations.values()) list.sort((a, b) => a.offeredAt - b.offeredAt);
    return {
      conversations: this.#conversations,
      changes: new Map(this.#desks.map(({ agent, changes }) => [agent.index, changes])),
    };
  }

  #happen(at: number, what: Happening): void {
    switch (what.kind) {
      case "arrival": {
        const waiting: Waiting = { contact: what.contact, missed: [] };
        this.#waiting.push(waiting);
        this.#queue.add(at + Math.min(what.contact.patienceMs, FLOW_OUT_MS), { kind: "giveUp", waiting });
        this.#match(at, waiting);
        return;
      }
      case "giveUp":
        if (!this.#waiting.includes(what.waiting)) return;
        this.#leave(
          at,
          what.waiting,
          what.waiting.contact.patienceMs <= FLOW_OUT_MS ? "abandoned" : "flowOut",
        );
        return;
      case "again":
        if (this.#waiting.includes(what.waiting)) this.#match(at, what.waiting);
        return;
      case "step":
        if (!what.desk.busy) this.#follow(at, what.desk);
        return;
      case "free":
        what.desk.busy = false;
        this.#follow(at, what.desk);
        return;
    }
  }

  /** Brings an agent to where the plan wants them now, and gives them work if that is on the queue. */
  #follow(at: number, desk: Desk): void {
    while ((desk.plan[desk.step + 1]?.at ?? Infinity) <= at - this.#dayStart) desk.step++;
    const step = desk.plan[desk.step];
    if (!step) return;
    this.#change(at, desk, step.routing, step);
    if (step.routing !== "IDLE") return;
    desk.idleSince = at;
    const oldest = this.#waiting.find(({ contact }) => desk.queues.has(contact.queue.index));
    if (oldest) this.#ring(at, desk, oldest);
  }

  #match(at: number, waiting: Waiting): void {
    let longest: Desk | undefined;
    for (const desk of this.#desks) {
      if (desk.busy || desk.plan[desk.step]?.routing !== "IDLE") continue;
      if (!desk.queues.has(waiting.contact.queue.index)) continue;
      if (!longest || desk.idleSince < longest.idleSince) longest = desk;
    }
    if (longest) this.#ring(at, longest, waiting);
  }

  #ring(at: number, desk: Desk, waiting: Waiting): void {
    const { contact, missed } = waiting;
    const { agent } = desk;
    desk.busy = true;
    if (this.#random.chance(0.015)) {
      missed.push({ agent, at: at + contact.alertMs, alertMs: contact.alertMs });
      this.#change(at + contact.alertMs, desk, "NOT_RESPONDING");
      this.#queue.add(at + contact.alertMs, { kind: "again", waiting });
      this.#queue.add(at + contact.alertMs + Math.ceil(this.#random.between(0.3, 3) * MINUTE), {
        kind: "free",
        desk,
      });
      return;
    }
    const answeredAt = at + contact.alertMs;
    this.#settle(waiting, { ...contact, outcome: "answered", waitEndsAt: answeredAt, agent, missed });
    this.#change(answeredAt, desk, "INTERACTING");
    this.#queue.add(answeredAt + contact.talkMs + contact.heldMs + contact.acwMs, { kind: "free", desk });
  }

  #leave(at: number, waiting: Waiting, outcome: "abandoned" | "flowOut"): void {
    this.#settle(waiting, { ...waiting.contact, outcome, waitEndsAt: at, missed: waiting.missed });
  }

  #settle(waiting: Waiting, conversation: Conversation): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    this.#conversations.get(conversation.queue.index)?.push(conversation);
  }

  #change(at: number, desk: Desk, routing: RoutingStatus, step = desk.plan[desk.step]): void {
    if (!step) return;
    const last = desk.changes.at(-1);
    if (last?.routing === routing && last.presence === step.presence && last.variant === step.variant) return;
    desk.changes.push({ at, presence: step.presence, variant: step.variant, routing });
  }
}

/** Whoever comes at run time starts at that hour of each day. */
function startHour({ position, from }: SimAgent, staff: number, dayStart: number): number {
  if (position < staff) return shiftStart(position, staff);
  return Math.min(16, Math.floor(((((from - dayStart) % DAY) + DAY) % DAY) / HOUR));
}

/** The part of a plan that lies within the time of employment; whoever leaves is offline from then on. */
function employed({ from, to }: SimAgent, dayStart: number, plan: readonly PlanStep[]): PlanStep[] {
  const steps = plan.filter(({ at }) => dayStart + at >= from && dayStart + at < to);
  const leaves = to - dayStart;
  return leaves >= 0 && leaves < DAY
    ? [...steps, { at: leaves, presence: "OFFLINE", variant: 0, routing: "OFF_QUEUE" }]
    : steps;
}
