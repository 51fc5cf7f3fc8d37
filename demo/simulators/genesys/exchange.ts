import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault } from "./faults";

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A JSON text, or `undefined`. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Answers with JSON; without a body, with the status that says so. */
export function send(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) {
    response.writeHead(response.req.method === "HEAD" ? 200 : 204).end();
    return;
  }
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

/** An answer that breaks off in the middle, as a proxy that gives up leaves it. */
export function sendHalf(response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(text.slice(0, Math.max(1, Math.floor(text.length / 2))));
}

/** Answers that do not come from the API; true when it has answered. */
export function misbehave({ kind }: Fault, response: ServerResponse): boolean {
  switch (kind) {
    case "500html":
      response.writeHead(500, { "Content-Type": "text/html" });
      response.end("<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>");
      return true;
    case "notjson":
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end("<!doctype html><title>Sign in</title><p>Please sign in to the network.</p>");
      return true;
    case "reset":
      response.socket?.destroy();
      return true;
    default:
      return false;
  }
}
