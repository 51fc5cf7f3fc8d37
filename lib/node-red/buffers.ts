/** A `wal-buffer` as a writer in the same process sees it, beside the messages between them. */
export interface BufferPeer {
  /** How long it waits for an outcome. */
  readonly ackTimeoutMs: number;
  /**
   * Call it when a database that could not be reached answers again: ends a back-off that the server did not ask for.
   */
  readonly onReturn: () => void;
}

const buffers = new Map<string, BufferPeer>();

/**
 * Makes a buffer known by its node id.
 *
 * @returns a function that takes it back
 */
export function announceBuffer(id: string, peer: BufferPeer): () => void {
  buffers.set(id, peer);
  return () => {
    if (buffers.get(id) === peer) buffers.delete(id);
  };
}

/** The buffer with that node id; `undefined` when it runs in another process, as behind a broker. */
export function bufferOf(id: string): BufferPeer | undefined {
  return buffers.get(id);
}
