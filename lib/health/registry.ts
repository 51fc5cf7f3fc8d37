import { type Clock, systemClock } from "../time/clock";
import type { Counter, Details, Figures, NodeIdentity, NodeReport, NodeState } from "./figures";

/** Through this, one node tells what it does. */
export class Reporter {
  readonly #entry: Entry;
  readonly #forget: () => void;

  constructor(entry: Entry, forget: () => void) {
    this.#entry = entry;
    this.#forget = forget;
  }

  /** What the node is doing, in a word and in its status text. */
  state(state: NodeState, message: string): void {
    this.#entry.state = state;
    this.#entry.message = message;
  }

  /** Replaces the given figures; `undefined` clears one. */
  set(figures: Figures): void {
    Object.assign(this.#entry.figures, figures);
  }

  /** Counts something that happened. */
  add(counter: Counter, by = 1): void {
    this.#entry.figures[counter] = (this.#entry.figures[counter] ?? 0) + by;
  }

  /** Replaces the node's further details. */
  details(details: Details): void {
    this.#entry.details = details;
  }

  /** Call when the node is gone for good. On a mere redeploy its counters go on. */
  remove(): void {
    this.#forget();
  }
}

interface Entry {
  identity: NodeIdentity;
  since: number;
  state: NodeState;
  message: string;
  figures: Figures;
  details: Details;
}

/** What each node last did. The views in this folder turn it into health answers. */
export class HealthRegistry {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * Announces a node. One that was known by the same id keeps its counters, so that `errors` and the like count from
   * the start of the process, not from the last deploy.
   */
  register(identity: NodeIdentity): Reporter {
    const known = this.#entries.get(identity.id);
    const entry: Entry = {
      identity,
      since: known?.since ?? this.#clock.now(),
      state: "starting",
      message: "",
      figures: known?.figures ?? {},
      details: {},
    };
    this.#entries.set(identity.id, entry);
    return new Reporter(entry, () => {
      if (this.#entries.get(identity.id) === entry) this.#entries.delete(identity.id);
    });
  }

  /** @param flow only the nodes of this flow tab, and config nodes; all nodes when absent */
  reports(flow?: string): NodeReport[] {
    return [...this.#entries.values()]
      .filter(({ identity }) => flow === undefined || identity.flow === undefined || identity.flow === flow)
      .map(({ identity, figures, ...entry }) => ({ ...identity, ...entry, figures: { ...figures } }));
  }
}

/** The registry of this Node-RED process. */
export const healthRegistry = new HealthRegistry();
