/** The subjects of our topics. */
export type TopicSubject = "queue" | "agent";

/** A topic name, taken apart. */
export interface TopicName {
  readonly subject: TopicSubject;
  /** In small letters, as the service sometimes sends ids so. */
  readonly id: string;
  /** In small letters: `observations`, `activity`, `presence`, `routingstatus`. */
  readonly suffix: string;
}

/** Topics of one channel at most; a combined name counts as one (developer centre, "Event streaming in action"). */
export const MAX_TOPICS = 1_000;

const QUEUE = "v2.analytics.queues.";
const AGENT = "v2.users.";

/**
 * The name to subscribe to for a queue: its live counts and running totals, and with `ages` since when the oldest has
 * been waiting. Both in one name count as one topic.
 */
export function queueTopic(id: string, ages: boolean): string {
  return ages ? `${QUEUE}${id}?observations&activity` : `${QUEUE}${id}.observations`;
}

/** The name to subscribe to for an agent: routing status, presence and active queues. */
export function agentTopic(id: string): string {
  return `${AGENT}${id}.activity`;
}

/**
 * Reads a topic name without regard to case, as Genesys' own clients do; of a combined name the part before the `?`.
 *
 * @returns `undefined` for what is no topic of a queue or an agent
 */
export function readTopicName(name: string): TopicName | undefined {
  const text = name.toLowerCase();
  for (const [prefix, subject] of [
    [QUEUE, "queue"],
    [AGENT, "agent"],
  ] as const) {
    if (!text.startsWith(prefix)) continue;
    const [, id, suffix = ""] = /^([^.?]+)(?:[.?](.*))?$/.exec(text.slice(prefix.length)) ?? [];
    if (id) return { subject, id, suffix };
  }
  return undefined;
}
