import { type BufferPeer, bufferOf } from "../../lib/node-red/buffers";
import type { Message } from "../../lib/node-red/input";
import { readWalRef } from "../../lib/terms/messages";

/** Bounds of a buffer's message. */
interface Bounds {
  readonly bounded?: boolean;
  readonly maxWaitMs?: number;
}

/** Knows the buffers of this process whose lines a writer writes. */
export class Sources {
  readonly #flushIntervalS: number;
  readonly #onProblem: (values: { wait: number; ack: number }) => void;
  readonly #seen = new Set<string>();

  /** @param onProblem called once per buffer that waits less for outcomes than the flush interval */
  constructor(flushIntervalS: number, onProblem: (values: { wait: number; ack: number }) => void) {
    this.#flushIntervalS = flushIntervalS;
    this.#onProblem = onProblem;
  }

  /** The bounds of a message: a buffer bounds their number itself, and needs the outcome before it sends again. */
  boundsOf(msg: Message): Bounds {
    const ref = readWalRef(msg["wal"]);
    if (!ref) return {};
    const buffer = bufferOf(ref.buffer);
    if (!this.#seen.has(ref.buffer)) this.#meet(ref.buffer, buffer);
    return { bounded: true, ...(buffer && { maxWaitMs: buffer.ackTimeoutMs / 2 }) };
  }

  /** Call when a database that could not be reached answers again. */
  returned(): void {
    for (const id of this.#seen) bufferOf(id)?.onReturn();
  }

  #meet(id: string, buffer: BufferPeer | undefined): void {
    this.#seen.add(id);
    if (!buffer) return;
    const ack = buffer.ackTimeoutMs / 1_000;
    if (this.#flushIntervalS >= ack) this.#onProblem({ wait: this.#flushIntervalS, ack });
  }
}
