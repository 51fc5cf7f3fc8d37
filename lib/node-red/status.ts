import type { Node, NodeStatusFill, NodeStatusShape } from "node-red";
import { type Clock, systemClock, type Timer } from "../time/clock";
import type { Reporter } from "../health/registry";
import type { NodeState } from "../health/report";

/** The look of each state in the editor, after the colours and shapes of core nodes. */
const LOOKS: Readonly<Record<NodeState, { fill: NodeStatusFill; shape: NodeStatusShape }>> = {
  starting: { fill: "grey", shape: "ring" },
  opening: { fill: "grey", shape: "ring" },
  idle: { fill: "grey", shape: "dot" },
  running: { fill: "green", shape: "dot" },
  busy: { fill: "blue", shape: "dot" },
  waiting: { fill: "yellow", shape: "ring" },
  degraded: { fill: "yellow", shape: "dot" },
  failed: { fill: "red", shape: "ring" },
};

/** At most one update in this time, so that a busy node does not flood the editor. */
const THROTTLE_MS = 1_000;

/** The status under one node, and the same words in health. The last call wins. */
export class NodeStatus {
  readonly #node: Node;
  readonly #reporter: Reporter | undefined;
  readonly #clock: Clock;
  #shown = "";
  #next: (() => void) | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(node: Node, reporter?: Reporter, clock: Clock = systemClock) {
    this.#node = node;
    this.#reporter = reporter;
    this.#clock = clock;
  }

  /**
   * @param text under 20 characters, already translated; a function where the words change with every message: finding
   *   them each time would be felt
   * @param look where the usual colour of the state would mislead
   */
  show(
    state: NodeState,
    text: string | (() => string),
    look: { fill?: NodeStatusFill; shape?: NodeStatusShape } = {},
  ): void {
    if (this.#closed) return;
    this.#reporter?.state(state, text);
    this.#next = () => {
      this.#next = undefined;
      const words = typeof text === "string" ? text : text();
      const status = { ...LOOKS[state], ...look, text: words };
      const key = JSON.stringify(status);
      if (key === this.#shown) return;
      this.#shown = key;
      this.#node.status(status);
    };
    if (!this.#timer) this.#flush();
  }

  /** Stops the timer; nothing is shown afterwards. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    if (!this.#next) return;
    this.#next();
    this.#timer = this.#clock.after(THROTTLE_MS, () => this.#flush());
  }
}
