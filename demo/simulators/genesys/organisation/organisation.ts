import { GIVEN, FAMILY, LINES, PLACES } from "./names";
import { hash, uuidOf, chanceOf } from "./random";

/** Media types that a queue can serve, in the API's spelling. */
export const MEDIA_TYPES = ["voice", "chat", "email", "callback", "message"] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** System presences, in the spelling of analytics answers. */
export const SYSTEM_PRESENCES = [
  "AVAILABLE",
  "AWAY",
  "BUSY",
  "OFFLINE",
  "IDLE",
  "ON_QUEUE",
  "MEAL",
  "TRAINING",
  "MEETING",
  "BREAK",
] as const;
export type SystemPresence = (typeof SYSTEM_PRESENCES)[number];

/** Routing statuses of an agent. */
export type RoutingStatus = "OFF_QUEUE" | "IDLE" | "INTERACTING" | "NOT_RESPONDING" | "COMMUNICATING";

/** A division of the organisation. */
export interface Division {
  readonly id: string;
  readonly name: string;
}

/** How long a queue or an agent is there; milliseconds since the epoch, unbounded unless somebody changes it. */
export interface Life {
  readonly from: number;
  readonly to: number;
}

/** One queue of the simulated organisation. */
export interface SimQueue extends Life {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly division: Division;
  readonly site: number;
  readonly media: readonly MediaType[];
  /** Its share of the contacts of its site, relative to the others. */
  readonly weight: number;
  /** Service level target per media type, in milliseconds. */
  readonly targetMs: number;
}

/** One agent. */
export interface SimAgent extends Life {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly division: Division;
  readonly site: number;
  /** Position among the agents of the site. */
  readonly position: number;
}

/** How big the organisation is and from which seed it grows. */
export interface OrganisationSize {
  readonly queues: number;
  readonly agents: number;
  readonly seed: number;
  /** Share of the usual contacts; the default 1 is at times more than the agents can do. */
  readonly load?: number;
}

const QUEUES_PER_SITE = 10;

/** The life of what is there from the beginning and never ends. */
const ALWAYS: Life = { from: -Infinity, to: Infinity };

/**
 * A contact centre of any size, computed on demand from a seed: queue and agent number n are always the same. Sites are
 * groups of about ten queues with their own agents; every agent of a site serves some of its queues. Queues and agents
 * come, go and are renamed at run time; what was before such a change stays as it was.
 */
export class Organisation {
  readonly id: string;
  readonly name = "Simulated Contact Centre";
  readonly sites: number;
  readonly divisions: readonly Division[];
  readonly #queues = new Map<number, SimQueue>();
  readonly #agents = new Map<number, SimAgent>();
  readonly #presenceNames = new Map<string, string>();
  readonly #listeners: ((site: number, at: number) => void)[] = [];
  #queueCount: number;
  #agentCount: number;
  #queueIds: Map<string, number> | undefined;
  #agentIds: Map<string, number> | undefined;

  constructor(readonly size: OrganisationSize) {
    this.id = uuidOf(size.seed, "organisation");
    this.#queueCount = size.queues;
    this.#agentCount = size.agents;
    this.sites = Math.max(1, Math.min(Math.ceil(size.queues / QUEUES_PER_SITE), size.agents || 1));
    this.divisions = ["Home", "Sales", "Service"].map((name) => ({
      id: uuidOf(size.seed, "division", name),
      name,
    }));
  }

  queue(index: number): SimQueue {
    let queue = this.#queues.get(index);
    if (!queue) this.#queues.set(index, (queue = this.#makeQueue(index)));
    return queue;
  }

  agent(index: number): SimAgent {
    let agent = this.#agents.get(index);
    if (!agent) this.#agents.set(index, (agent = this.#makeAgent(index)));
    return agent;
  }

  /** All queues that there are or ever were, in the order of their numbers. */
  queues(): SimQueue[] {
    return Array.from({ length: this.#queueCount }, (_, index) => this.queue(index));
  }

  agents(): SimAgent[] {
    return Array.from({ length: this.#agentCount }, (_, index) => this.agent(index));
  }

  /** Whether a queue is there, or an agent employed, at a time. */
  works({ from, to }: Life, at: number): boolean {
    return at >= from && at < to;
  }

  /** A new queue, with contacts of its own from `at` on. */
  addQueue(name: string, at: number): SimQueue {
    const index = this.#queueCount++;
    this.#queueIds = undefined;
    return this.#put(this.#queues, { ...this.#makeQueue(index), name, from: at }, at);
  }

  /** A new agent, whose shift starts at `at`. */
  addAgent(name: string, at: number): SimAgent {
    const index = this.#agentCount++;
    this.#agentIds = undefined;
    return this.#put(this.#agents, { ...this.#makeAgent(index), name, from: at }, at);
  }

  /** Gives a queue, an agent or a presence of the organisation another name. */
  rename(id: string, name: string): void {
    const queue = this.queueById(id);
    const agent = this.agentById(id);
    if (queue) this.#queues.set(queue.index, { ...queue, name });
    else if (agent) this.#agents.set(agent.index, { ...agent, name });
    else this.#presenceNames.set(id, name);
  }

  /** Deletes a queue or an agent: lists and live queries know it no more, its past stays. */
  remove(id: string, at: number): void {
    const queue = this.queueById(id);
    const agent = this.agentById(id);
    if (queue) this.#put(this.#queues, { ...queue, to: at }, at);
    else if (agent) this.#put(this.#agents, { ...agent, to: at }, at);
  }

  /** Calls `listener` when what happens at a site changes, with the time from which it does. */
  onChange(listener: (site: number, at: number) => void): void {
    this.#listeners.push(listener);
  }

  /** Agents of a site that were there from the beginning; the demand follows their number. */
  staffOfSite(site: number): number {
    return Math.max(0, Math.ceil((this.size.agents - site) / this.sites));
  }

  /** The name that the organisation gave to a presence. */
  presenceName(id: string): string | undefined {
    return this.#presenceNames.get(id);
  }

  queueById(id: string): SimQueue | undefined {
    this.#queueIds ??= new Map(this.queues().map((queue) => [queue.id, queue.index]));
    const index = this.#queueIds.get(id);
    return index === undefined ? undefined : this.queue(index);
  }

  agentById(id: string): SimAgent | undefined {
    this.#agentIds ??= new Map(this.agents().map((agent) => [agent.id, agent.index]));
    const index = this.#agentIds.get(id);
    return index === undefined ? undefined : this.agent(index);
  }

  queuesOfSite(site: number): SimQueue[] {
    const queues: SimQueue[] = [];
    for (let index = site; index < this.#queueCount; index += this.sites) queues.push(this.queue(index));
    return queues;
  }

  agentsOfSite(site: number): SimAgent[] {
    const agents: SimAgent[] = [];
    for (let index = site; index < this.#agentCount; index += this.sites) agents.push(this.agent(index));
    return agents;
  }

  /** Whether an agent is a member of a queue: of its own site, about two thirds of the queues. */
  isMember(agent: SimAgent, queue: SimQueue): boolean {
    if (agent.site !== queue.site) return false;
    const first = Math.floor(queue.index / this.sites) % 3 === agent.position % 3;
    return first || chanceOf(this.size.seed, "member", agent.index, queue.index) < 0.5;
  }

  members(queue: SimQueue): SimAgent[] {
    return this.agentsOfSite(queue.site).filter((agent) => this.isMember(agent, queue));
  }

  /** The organisation's presence ids by system presence, as `systemToOrganizationMappings` shows them. */
  presenceIds(presence: SystemPresence): string[] {
    const ids = [uuidOf(this.size.seed, "presence", presence)];
    // Organisations define their own presences beside the system's: here a second kind of break.
    if (presence === "BREAK") ids.push(uuidOf(this.size.seed, "presence", presence, "coffee"));
    return ids;
  }

  #put<T extends SimQueue | SimAgent>(all: Map<number, T>, one: T, at: number): T {
    all.set(one.index, one);
    for (const listener of this.#listeners) listener(one.site, at);
    return one;
  }

  #makeQueue(index: number): SimQueue {
    const { seed } = this.size;
    const line = LINES[index % LINES.length] ?? "Support";
    const round = Math.floor(index / LINES.length);
    const place = PLACES[round % PLACES.length] ?? "North";
    const number = Math.floor(round / PLACES.length);
    const share = { voice: 1, message: 0.6, email: 0.4, callback: 0.3, chat: 0.2 };
    return {
      ...ALWAYS,
      index,
      id: uuidOf(seed, "queue", index),
      name: `${line} ${place}${number ? ` ${number + 1}` : ""}`,
      division: this.#division("queue", index),
      site: index % this.sites,
      media: MEDIA_TYPES.filter((media) => chanceOf(seed, "media", index, media) < share[media]),
      weight: 0.3 + 2.2 * chanceOf(seed, "weight", index) ** 2,
      targetMs: [20_000, 30_000, 60_000][hash(seed, "target", index) % 3] ?? 20_000,
    };
  }

  #makeAgent(index: number): SimAgent {
    const { seed } = this.size;
    const given = GIVEN[hash(seed, "given", index) % GIVEN.length] ?? "Ada";
    const family = FAMILY[hash(seed, "family", index) % FAMILY.length] ?? "Berg";
    return {
      ...ALWAYS,
      index,
      id: uuidOf(seed, "agent", index),
      name: `${given} ${family}`,
      email: `${given}.${family}.${index + 1}@example.com`.toLowerCase(),
      division: this.#division("agent", index),
      site: index % this.sites,
      position: Math.floor(index / this.sites),
    };
  }

  #division(kind: string, index: number): Division {
    const division = this.divisions[hash(this.size.seed, "division of", kind, index) % this.divisions.length];
    if (!division) throw new Error("the organisation has no division");
    return division;
  }
}
