import { chanceOf } from "./organisation/random";
import type { Conversation } from "./organisation/site-day";
import type { SimAgent } from "./organisation/organisation";

/** One booking of a metric: in the interval in which it ends, and visible to queries some time after that. */
export interface Booking {
  readonly metric: string;
  /** When what it measures was complete: decides the interval. Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds for `t…`, 1 for `n…`. */
  readonly value: number;
  /** The agent on whose leg it is booked; `undefined` for what belongs to the queue's. */
  readonly agent: SimAgent | undefined;
}

/** The service level as one conversation changes it. */
export interface ServiceLevelPart {
  readonly at: number;
  readonly withinTarget: boolean;
}

/** Customers who leave before this time count as short abandons. */
const SHORT_ABANDON_MS = 10_000;

/**
 * Calls `book` for every metric that a conversation causes, in no particular order. Offers, waits and abandons belong
 * to the queue's leg, work to the agent's: grouped by agent, the former come in a group without one.
 */
export function bookings(conversation: Conversation, book: (booking: Booking) => void): void {
  const { offeredAt, waitEndsAt, agent, talkMs, heldMs, acwMs } = conversation;
  const add = (metric: string, at: number, value = 1) => book({ metric, at, value, agent });
  const onQueue = (metric: string, at: number, value = 1) => book({ metric, at, value, agent: undefined });
  const wait = waitEndsAt - offeredAt;
  onQueue("nOffered", offeredAt);
  onQueue("tWait", waitEndsAt, wait);
  onQueue("tAcd", waitEndsAt, wait);
  for (const missed of conversation.missed) {
    const ringing = { at: missed.at, value: missed.alertMs, agent: missed.agent };
    book({ metric: "tAlert", ...ringing });
    book({ metric: "tNotResponding", ...ringing });
  }
  if (conversation.outcome === "abandoned") {
    onQueue("tAbandon", waitEndsAt, wait);
    if (wait < SHORT_ABANDON_MS) onQueue("tShortAbandon", waitEndsAt, wait);
    return;
  }
  if (conversation.outcome === "flowOut") {
    onQueue("tFlowOut", waitEndsAt, wait);
    return;
  }
  add("tAnswered", waitEndsAt, wait);
  add("tAlert", waitEndsAt, conversation.alertMs);
  add("nConnected", waitEndsAt);
  if (wait > conversation.queue.targetMs) onQueue("nOverSla", waitEndsAt);
  const talkEndsAt = waitEndsAt + talkMs + heldMs;
  add("tTalk", talkEndsAt, talkMs);
  add("tTalkComplete", talkEndsAt, talkMs);
  if (heldMs > 0) {
    add("tHeld", talkEndsAt, heldMs);
    add("tHeldComplete", talkEndsAt, heldMs);
  }
  if (conversation.serial % 19 === 3) {
    add("nTransferred", talkEndsAt);
    add(conversation.serial % 2 ? "nBlindTransferred" : "nConsultTransferred", talkEndsAt);
    if (conversation.serial % 2 === 0) add("nConsult", talkEndsAt);
  }
  add("tAcw", talkEndsAt + acwMs, acwMs);
  add("tHandle", talkEndsAt + acwMs, talkMs + heldMs + acwMs);
}

/** How a conversation counts for the service level: answered within the target, of all answered or abandoned. */
export function serviceLevelPart(conversation: Conversation): ServiceLevelPart | undefined {
  if (conversation.outcome === "flowOut") return undefined;
  const wait = conversation.waitEndsAt - conversation.offeredAt;
  const withinTarget = conversation.outcome === "answered" && wait <= conversation.queue.targetMs;
  return { at: conversation.waitEndsAt, withinTarget };
}

/** How late bookings become visible. */
export interface Lateness {
  /** Share of the `t…` bookings that come late, 0 to 1. */
  readonly share: number;
  /** The longest delay, in milliseconds. */
  readonly longestMs: number;
}

/**
 * When a booking shows up in answers: counts at once, measurements within a minute, and some of them, the late ones,
 * only minutes later. The delay depends on the conversation and the metric alone.
 */
export function visibleAt(
  conversation: Conversation,
  metric: string,
  at: number,
  lateness: Lateness,
): number {
  if (metric.startsWith("n")) return at;
  const { offeredAt, serial, queue } = conversation;
  const draw = chanceOf("late", queue.index, serial, offeredAt, metric);
  if (draw < lateness.share) return at + Math.round((draw / lateness.share) * lateness.longestMs);
  return at + Math.round(draw * Math.min(45_000, lateness.longestMs));
}
