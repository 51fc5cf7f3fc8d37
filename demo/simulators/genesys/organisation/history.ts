import type { Organisation, RoutingStatus, SimAgent, SimQueue, SystemPresence } from "./organisation";
import { DAY, HOUR } from "./shifts";
import { playDay } from "./site-day";
import type { Conversation, SiteDay, StatusChange } from "./site-day";

/** What an agent does at a moment, and since when. */
export interface AgentStatus {
  readonly presence: SystemPresence;
  /** The organisation's presence id. */
  readonly presenceId: string;
  readonly presenceSince: number;
  readonly routing: RoutingStatus;
  readonly routingSince: number;
}

/** A stretch of time in which the status of an agent stayed the same. */
export interface StatusSpan {
  readonly from: number;
  readonly to: number;
  /** When the status began, which may be before `from`. */
  readonly since: number;
  readonly presence: SystemPresence;
  readonly presenceId: string;
  readonly routing: RoutingStatus;
}

/** No conversation lasts longer than this from its arrival to the end of its after-call work. */
const LONGEST_MS = 4 * HOUR;
/** Site days kept in memory; older ones are played again on demand. */
const KEPT_DAYS = 2500;
const OFFLINE: StatusChange = { at: 0, presence: "OFFLINE", variant: 0, routing: "OFF_QUEUE" };

/** Plays what happens in the organisation on demand, by site and day. */
export class History {
  readonly #days = new Map<string, SiteDay>();
  /** Statuses until they change: queries ask for those of the same agents many times. */
  readonly #statuses = new Map<number, AgentStatus & { readonly from: number; readonly until: number }>();
  /** By queue and by agent: what was added to what the days bring. */
  readonly #addedConversations = new Map<number, Conversation[]>();
  readonly #addedChanges = new Map<number, StatusChange[]>();

  /**
   * @param utcOffsetMs how far the organisation's day is ahead of UTC
   * @param opensAt nothing happened before this time
   */
  constructor(
    readonly organisation: Organisation,
    readonly utcOffsetMs = 0,
    readonly opensAt = -Infinity,
  ) {
    organisation.onChange((site, at) => this.#forget(site, at));
  }

  /** Forgets the days after a change, so that they are played anew. */
  #forget(site: number, at: number): void {
    this.#statuses.clear();
    for (const key of [...this.#days.keys()]) {
      const [ofSite, dayStart] = key.split("/");
      if (Number(ofSite) === site && Number(dayStart) + DAY > at) this.#days.delete(key);
    }
  }

  /** The conversations of a queue of which any part can lie in `[from, to)`. */
  *conversations(queue: SimQueue, from: number, to: number): Generator<Conversation> {
    for (let day = this.#dayStart(Math.max(from - LONGEST_MS, this.opensAt)); day < to; day += DAY) {
      for (const conversation of this.#day(queue.site, day).conversations.get(queue.index) ?? []) {
        if (conversation.offeredAt >= to) break;
        if (conversation.offeredAt >= from - LONGEST_MS) yield conversation;
      }
    }
    for (const conversation of this.#addedConversations.get(queue.index) ?? []) {
      if (conversation.offeredAt < to && conversation.offeredAt >= from - LONGEST_MS) yield conversation;
    }
  }

  /** Makes a conversation happen, beside those that the day brings. */
  addConversation(conversation: Conversation): void {
    const { index } = conversation.queue;
    const added = this.#addedConversations.get(index);
    if (added) added.push(conversation);
    else this.#addedConversations.set(index, [conversation]);
  }

  /** Makes the status of an agent change; the day goes on with its next change. */
  addChange(agent: SimAgent, change: StatusChange): void {
    this.#addedChanges.set(agent.index, [...(this.#addedChanges.get(agent.index) ?? []), change]);
    this.#statuses.delete(agent.index);
  }

  statusAt(agent: SimAgent, at: number): AgentStatus {
    let status = this.#statuses.get(agent.index);
    if (!status || at < status.from || at >= status.until) {
      status = this.#statusAt(agent, at);
      this.#statuses.set(agent.index, status);
    }
    return status;
  }

  #statusAt(agent: SimAgent, at: number): AgentStatus & { from: number; until: number } {
    const changes = this.#changes(agent, at, at + 1);
    const until = changes.reduce(
      (next, change) => (change.at > at ? Math.min(next, change.at) : next),
      this.#dayStart(at) + DAY,
    );
    let index = changes.length - 1;
    while (index > 0 && (changes[index]?.at ?? 0) > at) index--;
    const now = changes[index] ?? OFFLINE;
    let presence = index;
    let routing = index;
    while (presence > 0 && samePresence(changes[presence - 1], now)) presence--;
    while (routing > 0 && changes[routing - 1]?.routing === now.routing) routing--;
    return {
      from: at,
      until,
      presence: now.presence,
      presenceId: this.#presenceId(now),
      presenceSince: changes[presence]?.at ?? at,
      routing: now.routing,
      routingSince: changes[routing]?.at ?? at,
    };
  }

  /** What the agent did in `[from, to)`, without gaps, cut at the bounds. */
  spans(agent: SimAgent, from: number, to: number): StatusSpan[] {
    const changes = this.#changes(agent, from, to);
    const spans: StatusSpan[] = [];
    changes.forEach((change, index) => {
      const start = Math.max(from, change.at);
      const end = Math.min(to, changes[index + 1]?.at ?? to);
      if (end <= start) return;
      const { presence, routing } = change;
      spans.push({
        from: start,
        to: end,
        since: change.at,
        presence,
        presenceId: this.#presenceId(change),
        routing,
      });
    });
    return spans;
  }

  /** Changes from the day before `from` until `to`. */
  #changes(agent: SimAgent, from: number, to: number): StatusChange[] {
    const first = this.#dayStart(Math.max(from, this.opensAt)) - DAY;
    const changes: StatusChange[] = [{ ...OFFLINE, at: first - DAY / 2 }];
    for (let day = first; day < to; day += DAY) {
      for (const change of this.#day(agent.site, day).changes.get(agent.index) ?? []) changes.push(change);
    }
    const added = this.#addedChanges.get(agent.index);
    return added ? [...changes, ...added].sort((a, b) => a.at - b.at) : changes;
  }

  #presenceId({ presence, variant }: StatusChange): string {
    const ids = this.organisation.presenceIds(presence);
    return ids[variant] ?? ids[0] ?? presence;
  }

  #dayStart(at: number): number {
    return Math.floor((at + this.utcOffsetMs) / DAY) * DAY - this.utcOffsetMs;
  }

  #day(site: number, dayStart: number): SiteDay {
    const key = `${site}/${dayStart}`;
    let day = this.#days.get(key);
    if (!day) {
      day = playDay(this.organisation, site, dayStart);
      this.#days.set(key, day);
      if (this.#days.size > KEPT_DAYS) {
        const oldest = this.#days.keys().next();
        if (!oldest.done) this.#days.delete(oldest.value);
      }
    }
    return day;
  }
}

function samePresence(a: StatusChange | undefined, b: StatusChange): boolean {
  return a?.presence === b.presence && a.variant === b.variant;
}
