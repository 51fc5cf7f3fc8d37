import type { NodeAPI } from "node-red";
import type { FlowNames } from "../health/json";

/** Finds the deployed label of a flow tab, or name of a subflow instance. */
export function flowNames(RED: NodeAPI): FlowNames {
  const names = new Map<string, string>();
  RED.nodes.eachNode((saved) => {
    const { id, label, name } = saved as { id: string; label?: unknown; name?: unknown };
    const shown = label || name;
    if (typeof shown === "string") names.set(id, shown);
  });
  return (flow) => names.get(flow);
}
