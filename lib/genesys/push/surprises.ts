import type { Notices } from "../notices";

/**
 * Behaviour of the service that nothing documented explains. Each is counted, logged once with advice, and changes
 * nothing: the next snapshot corrects the state.
 */
const SURPRISES = {
  binary: "a binary frame: something between here and Genesys Cloud changes the stream; check the proxy",
  json: "a frame that is not JSON: something between here and Genesys Cloud changes the stream; check the proxy",
  shape: "a message without a topic; it is ignored",
  topic: "an event of a topic that nobody subscribed to; it is ignored",
  system: "a system message that is not known; it is ignored",
  body: "an event whose body is not of the known shape; it is ignored, and the snapshots go on",
  entity: "events of a queue or an agent that is not chosen or no longer there; they are ignored",
  bucket:
    "running totals of buckets that are not half hours: the organisation has set another length, and they cannot be used; clear intervalTotals, and poll with that granularity",
  unconfirmed: "topics that the service neither permits nor rejects; their state comes from snapshots",
} as const;

/** A kind of unexplained behaviour. */
export type Surprise = keyof typeof SURPRISES;

/** Counts surprises, and notices the first of each kind. */
export class Surprises {
  readonly #notices: Notices;
  readonly #counts = new Map<Surprise, number>();

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  add(surprise: Surprise, by = 1): void {
    if (by === 0) return;
    const before = this.#counts.get(surprise) ?? 0;
    this.#counts.set(surprise, before + by);
    if (before === 0) this.#notices.once(`push: ${SURPRISES[surprise]}`);
  }

  /** How many there were of each kind, of those that happened. */
  get counts(): Readonly<Partial<Record<Surprise, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
