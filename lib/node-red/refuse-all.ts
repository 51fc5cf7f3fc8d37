import type { Node } from "node-red";
import type { Done, Message, Send } from "./input";

/** The part of Node-RED's flow that hands an error to Catch nodes; its types do not have it. */
interface ErrorHandler {
  handleError(node: Node, error: unknown, msg: unknown): boolean;
}

/**
 * Makes the input of a node that refuses every message with the same error, until it is deployed again.
 *
 * Node-RED logs such an error for each message that no Catch node takes. Its log gets it once; Catch nodes get all.
 *
 * @param isLogged whether the log has all of it already
 */
export function refuseAll(
  node: Node,
  error: Error,
  isLogged: boolean,
): (msg: Message, send: Send, done: Done) => void {
  const tell = node.error.bind(node);
  node.error = (text: unknown, msg?: Message) => {
    const flow = isLogged && text === error ? flowOf(node) : undefined;
    if (flow) flow.handleError(node, text, msg);
    else tell(text, msg);
    isLogged ||= text === error;
  };
  return (_msg, _send, done) => done(error);
}

function flowOf(node: Node): ErrorHandler | undefined {
  const flow = (node as { _flow?: Partial<ErrorHandler> })._flow;
  return typeof flow?.handleError === "function" ? (flow as ErrorHandler) : undefined;
}
