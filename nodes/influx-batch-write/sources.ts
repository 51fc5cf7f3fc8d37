import { type BufferPeer, bufferOf } from "../../lib/node-red/buffers";
import type { Message } from "../../lib/node-red/input";
import { readWalRef } from "../../lib/terms/messages";

/** What bounds a message of a buffer. */
interface Bounds {
  readonly bounded?: boolean;
  readonly maxWaitMs?: number;
}

/** The buffers whose lines a writer writes, as far as they are in the same process. */
export class Sources {
  readonly #flushIntervalS: number;
  readonly #onProblem: (values: { wait: number; ack: number }) => void;
  readonly #seen = new Set<string>();

  /** @param onProblem a buffer gives up waiting before the lines of a batch would be sent; told once for each */
  constructor(flushIntervalS: number, onProblem: (values: { wait: number; ack: number }) => void) {
    this.#flushIntervalS = flushIntervalS;
    this.#onProblem = onProblem;
  }

  /** How many messages a buffer sends is its own business; and it must hear of them before it sends them again. */
  boundsOf(msg: Message): Bounds {
    const ref = readWalRef(msg["wal"]);
    if (!ref) return {};
    const buffer = bufferOf(ref.buffer);
    if (!this.#seen.has(ref.buffer)) this.#meet(ref.buffer, buffer);
    return { bounded: true, ...(buffer && { maxWaitMs: buffer.ackTimeoutMs / 2 }) };
  }

  /** The database could not be reached, and answers again. */
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
