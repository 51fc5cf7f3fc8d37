import type { Node, NodeMessage } from "node-red";
import { asError } from "../terms/as-error";

/** A message from other nodes: any property, with any value. */
export type Message = NodeMessage & Record<string, unknown>;

/** Sends on behalf of one input message; one entry per output. */
export type Send = (messages: Message | (Message | Message[] | null)[]) => void;

/** Settles one input message: for Complete nodes without an error, for Catch nodes with one. Later calls do nothing. */
export type Done = (error?: Error) => void;

/**
 * Registers a node's handler of messages.
 *
 * The handler settles the message by calling `done`, now or, when it holds the message, later. A throw or a rejection
 * becomes `done(error)`: a rejection that Node-RED saw would end its whole process.
 */
export function onInput(
  node: Node,
  handler: (msg: Message, send: Send, done: Done) => void | Promise<void>,
): void {
  node.on("input", (msg, send, nodeDone) => {
    let settled = false;
    const done: Done = (error) => {
      if (settled) return;
      settled = true;
      if (error) nodeDone(error);
      else nodeDone();
    };
    guard(() => handler(msg, send, done), done);
  });
}

/**
 * Registers a node's handler of closing; Node-RED waits for the promise (15 s by default).
 *
 * @param handler gets `removed`: true when the node was deleted or disabled, false on redeploy and shutdown. Never a
 *   reason to delete data, as a disabled node may come back.
 */
export function onClose(node: Node, handler: (removed: boolean) => void | Promise<void>): void {
  // Node-RED waits because the handler declares two parameters.
  node.on("close", (removed: boolean, done: () => void) => {
    guard(
      async () => {
        await handler(removed);
        done();
      },
      (error) => {
        node.error(error instanceof Error ? error : String(error));
        done();
      },
    );
  });
}

function guard(work: () => void | Promise<void>, onError: (error: Error) => void): void {
  const fail = (error: unknown) => onError(asError(error));
  try {
    const running = work();
    if (running instanceof Promise) running.catch(fail);
  } catch (error) {
    fail(error);
  }
}
