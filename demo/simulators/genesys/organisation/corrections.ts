import type { StatusSpan } from "./history";
import { chanceOf } from "./random";
import { DAY, HOUR } from "./shifts";
import type { Conversation } from "./site-day";

/** Shares of what the nightly processing touches; together they change about one figure of half an hour in twenty. */
const LONGER = 0.02;
const TAKEN_BACK = 0.012;
const ANSWERED_AFTER_ALL = 0.06;
const OTHER_PRESENCE = 0.03;

/** When data of this time has been processed once more: in the third night after it, at three o'clock. */
function processedAgainAt(time: number): number {
  return Math.floor(time / DAY) * DAY + 3 * DAY + 3 * HOUR;
}

/**
 * A conversation in answers at `now`: once its data has been processed again, a few have lasted longer, some abandons
 * turn out to have been answered, and some conversations are gone (`undefined`).
 */
export function corrected(conversation: Conversation, now: number): Conversation | undefined {
  const { queue, offeredAt, serial, outcome, talkMs } = conversation;
  if (now < processedAgainAt(offeredAt)) return conversation;
  const draw = chanceOf("processed again", queue.index, offeredAt, serial);
  if (draw < TAKEN_BACK) return undefined;
  if (draw < TAKEN_BACK + LONGER) return { ...conversation, talkMs: talkMs + 1000 };
  const answered = outcome === "abandoned" && draw > 1 - ANSWERED_AFTER_ALL;
  return answered ? { ...conversation, outcome: "answered" } : conversation;
}

/** As {@link corrected}, for what an agent did: some breaks turn out to have been meetings. */
export function correctedSpan(agent: number, span: StatusSpan, now: number, meetingId: string): StatusSpan {
  if (span.presence === "ON_QUEUE" || span.presence === "OFFLINE") return span;
  if (now < processedAgainAt(span.since)) return span;
  if (chanceOf("processed again", agent, span.since) >= OTHER_PRESENCE) return span;
  return { ...span, presence: "MEETING", presenceId: meetingId };
}
