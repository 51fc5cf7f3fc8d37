import type { NodeAPI } from "node-red";
import helper from "node-red-node-test-helper";

helper.init(require.resolve("node-red"));

/** A flow in a test: what Node-RED saves, with each node's own properties. */
export type TestFlow = (Record<string, unknown> & { id: string; type: string })[];

/** Credentials of test nodes, by node id; those inside a flow would be ignored. */
export type Credentials = Record<string, Record<string, string>>;

/** Loads nodes and a flow into the test runtime. Await `helper.unload()` afterwards. */
export async function load(
  nodes: ((RED: NodeAPI) => void | Promise<void>)[],
  flow: TestFlow,
  credentials: Credentials = {},
): Promise<void> {
  // The types of the helper know neither properties of a node's own nor credentials by node id.
  const untyped = helper as unknown as { load: (...args: unknown[]) => Promise<void> };
  await untyped.load(nodes, flow, credentials);
}

/** Hands a message with any properties to a node, as a wire would. */
export function receive(nodeId: string, msg: Record<string, unknown>): void {
  helper.getNode(nodeId).receive(msg as object as { payload: unknown });
}

/** The next message that a helper node gets. Ask for it before the message is sent. */
export function nextMessage(nodeId: string): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    helper.getNode(nodeId).once("input", (msg: unknown) => resolve(msg as Record<string, unknown>));
  });
}

export { helper };
