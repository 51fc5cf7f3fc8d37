import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** A body, unpacked. */
export interface Body {
  readonly bytes: Buffer;
  /** Whether it was longer than the bound; the connection is then closed. */
  readonly cut: boolean;
}

const CUT_SHORT = "the connection closed in the middle of the answer";

/**
 * Reads the body of an answer, unpacks gzip, and holds at most `maxBytes`: a few kilobytes of gzip can hold gigabytes,
 * and an answer need not end.
 *
 * @throws Error when the connection ends before the body does, or the gzip is damaged
 */
export function readBody(response: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let stream: Readable = response;
    if (response.headers["content-encoding"]?.toLowerCase() === "gzip") {
      stream = response.pipe(createGunzip());
      stream.on("error", reject);
    }
    response.on("error", reject);
    // A connection that ends too early is an "aborted" response without an error on some paths.
    response.on("close", () => {
      if (!response.complete) reject(Object.assign(new Error(CUT_SHORT), { code: "ECONNRESET" }));
    });
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= maxBytes) return;
      resolve({ bytes: Buffer.concat(chunks, maxBytes), cut: true });
      stream.destroy();
      response.destroy();
    });
    stream.on("end", () => {
      if (stream !== response || response.complete) resolve({ bytes: Buffer.concat(chunks), cut: false });
    });
  });
}
