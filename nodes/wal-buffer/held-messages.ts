import type { Done, Message } from "../../lib/node-red/input";

interface Held {
  readonly msg: Message;
  readonly done: Done;
  readonly bytes: number;
}

/** Room in memory for messages while the log cannot be opened. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Holds messages in memory, in order, until the log is open. */
export class HeldMessages {
  readonly #held: Held[] = [];
  #bytes = 0;

  /** @returns false when there is no room */
  add(msg: Message, done: Done): boolean {
    const bytes = sizeOf(msg.payload);
    if (this.#held.length > 0 && this.#bytes + bytes > MAX_BYTES) return false;
    this.#held.push({ msg, done, bytes });
    this.#bytes += bytes;
    return true;
  }

  shift(): Held | undefined {
    const held = this.#held.shift();
    if (held) this.#bytes -= held.bytes;
    return held;
  }
}

function sizeOf(payload: unknown): number {
  if (typeof payload === "string" || payload instanceof Uint8Array) return payload.length;
  return Array.isArray(payload) ? payload.reduce((sum: number, entry) => sum + sizeOf(entry), 0) : 0;
}
