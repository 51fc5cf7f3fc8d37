import type { Organisation } from "../organisation/organisation";
import { chanceOf, hash } from "../organisation/random";
import type { Conversation } from "../organisation/site-day";

/** One thing that happened, as a family of aggregates books it. */
export interface FamilyEvent {
  readonly metric: string;
  /** When it counts by default. Milliseconds since the epoch. */
  readonly at: number;
  /** When it was established, which may be days later; before that it is in no answer. */
  readonly establishedAt: number;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string | undefined>>;
}

/** What is drawn for one conversation: numbers in [0, 1) that depend on the conversation and a word. */
export class Draw {
  constructor(private readonly conversation: Conversation) {}

  chance(what: string): number {
    const { queue, offeredAt, serial } = this.conversation;
    return chanceOf(what, queue.index, offeredAt, serial);
  }

  number(what: string): number {
    const { queue, offeredAt, serial } = this.conversation;
    return hash(what, queue.index, offeredAt, serial);
  }
}

/** Books a figure: 1 by default, at a time in milliseconds since the epoch, established `late` ms after it. */
export type Book = (
  metric: string,
  at: number,
  value?: number,
  more?: FamilyEvent["dimensions"],
  late?: number,
) => void;

/** What a family makes of one conversation. `late` is how long after it counts something is established. */
export type Maker = (conversation: Conversation, organisation: Organisation, draw: Draw, book: Book) => void;

/** When the work on a conversation is over. */
export const endOf = ({ waitEndsAt, talkMs, heldMs, acwMs, outcome }: Conversation): number =>
  outcome === "answered" ? waitEndsAt + talkMs + heldMs + acwMs : waitEndsAt;
