/** What a writer may know of a `wal-buffer` in the same process, beside the messages between them. */
export interface BufferPeer {
  /** So long it waits for an outcome. */
  readonly ackTimeoutMs: number;
  /** A database that could not be reached answers again: a wait that nobody asked for may end. */
  readonly onReturn: () => void;
}

const buffers = new Map<string, BufferPeer>();

/**
 * A buffer makes itself known, by its node id.
 *
 * @returns takes that back
 */
export function announceBuffer(id: string, peer: BufferPeer): () => void {
  buffers.set(id, peer);
  return () => {
    if (buffers.get(id) === peer) buffers.delete(id);
  };
}

/** The buffer with that node id; `undefined` when it is not in this process, as behind a broker. */
export function bufferOf(id: string): BufferPeer | undefined {
  return buffers.get(id);
}
