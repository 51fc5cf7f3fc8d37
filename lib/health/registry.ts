import { type Clock, systemClock } from "../time/clock";
import type { Counter, Figures } from "./figures";
import { LatencyHistogram } from "./latency";
import type { Details, NodeIdentity, NodeReport, NodeState, Problem } from "./report";

/** Causes of errors that any node may have; `other` takes what a node has not announced. */
const COMMON_CAUSES = ["settings", "input", "other"];

/** Reports what one node does. */
export class Reporter {
  readonly #entry: Entry;
  readonly #clock: Clock;
  readonly #forget: () => void;

  constructor(entry: Entry, clock: Clock, forget: () => void) {
    this.#entry = entry;
    this.#clock = clock;
    this.#forget = forget;
  }

  /** Sets what the node is doing, as a word and as its status text; a costly text comes as a function. */
  state(state: NodeState, message: string | (() => string)): void {
    if (state !== this.#entry.state) this.#entry.stateSince = this.#clock.now();
    this.#entry.state = state;
    this.#entry.message = message;
  }

  /**
   * Sets a problem, or clears it where there is no message. It outlasts changes of state.
   *
   * @param topic which of the node's problems it is; another message replaces the one before
   */
  problem(topic: string, message: string | undefined, makes: Problem["makes"] = "degraded"): void {
    if (message === undefined) this.#entry.problems.delete(topic);
    else this.#entry.problems.set(topic, { topic, message, makes });
  }

  /** Replaces the given figures; `undefined` clears one. */
  set(figures: Omit<Figures, Counter>): void {
    Object.assign(this.#entry.figures, figures);
  }

  /** Counts something that happened; errors have {@link error}. */
  add(counter: Exclude<Counter, "errors">, by = 1): void {
    this.#count(counter, by);
  }

  /** Counts errors by cause; one that the node has not announced counts as `other`. */
  error(cause: string, by = 1): void {
    const { causes } = this.#entry;
    const key = causes.has(cause) ? cause : "other";
    causes.set(key, (causes.get(key) ?? 0) + by);
    this.#count("errors", by);
  }

  /** Notes how long a write took. */
  writeTook(ms: number): void {
    (this.#entry.writeLatency ??= new LatencyHistogram()).observe(ms);
    this.set({ lastWriteLatencyMs: ms });
  }

  /** Replaces the node's further details. */
  details(details: Details): void {
    this.#entry.details = details;
  }

  /** Forgets the node and its counters: only when it is gone for good, not on a redeploy. */
  remove(): void {
    this.#forget();
  }

  #count(counter: Counter, by: number): void {
    this.#entry.figures[counter] = (this.#entry.figures[counter] ?? 0) + by;
  }
}

interface Entry {
  identity: NodeIdentity;
  since: number;
  state: NodeState;
  stateSince: number;
  message: string | (() => string);
  problems: Map<string, Problem>;
  figures: Figures;
  causes: Map<string, number>;
  writeLatency: LatencyHistogram | undefined;
  details: Details;
}

/** Counters and causes that a node may report: they start at 0, so that a first event is an increase. */
export interface Announced {
  /** Counters beside `errors`, which every node has. */
  readonly counts?: readonly Counter[] | undefined;
  /** Causes of errors beside `settings`, `input` and `other`. */
  readonly causes?: readonly string[] | undefined;
}

/** Holds what each node last did; the views in this folder turn it into health answers. */
export class HealthRegistry {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * Announces a node. A known id keeps its counters, so that they count from the start of the process and not from the
   * last deploy.
   */
  register(identity: NodeIdentity, { counts = [], causes = [] }: Announced = {}): Reporter {
    const known = this.#entries.get(identity.id);
    const now = this.#clock.now();
    const entry: Entry = {
      identity,
      since: known?.since ?? now,
      state: "starting",
      stateSince: now,
      message: "",
      problems: new Map(),
      figures: { ...zeros(["errors", ...counts]), ...known?.figures },
      causes: new Map([...Object.entries(zeros([...COMMON_CAUSES, ...causes])), ...(known?.causes ?? [])]),
      writeLatency:
        known?.writeLatency ?? (counts.includes("linesWritten") ? new LatencyHistogram() : undefined),
      details: {},
    };
    this.#entries.set(identity.id, entry);
    return new Reporter(entry, this.#clock, () => {
      if (this.#entries.get(identity.id) === entry) this.#entries.delete(identity.id);
    });
  }

  /** Reports of all nodes, or of a flow tab's nodes and the config nodes. */
  reports(flow?: string): NodeReport[] {
    return [...this.#entries.values()]
      .filter(({ identity }) => flow === undefined || identity.flow === undefined || identity.flow === flow)
      .map(({ identity, figures, message, problems, causes, writeLatency, ...entry }) => ({
        ...identity,
        ...entry,
        message: typeof message === "string" ? message : message(),
        problems: [...problems.values()],
        figures: { ...figures },
        causes: Object.fromEntries(causes),
        writeLatency: writeLatency?.counts,
      }));
  }
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}

/** The registry of this Node-RED process. */
export const healthRegistry = new HealthRegistry();
