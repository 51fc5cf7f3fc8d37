import type { NodeAPI } from "node-red";
import type { FlowNames } from "../health/json";
import { eachRunning, isInstance } from "./running-nodes";

/** Finds the deployed label of a flow tab, or name of a subflow instance. */
export function flowNames(RED: NodeAPI): FlowNames {
  const names = new Map<string, string>();
  eachRunning(RED, ({ type, label, name }, id) => {
    if (type !== "tab" && !isInstance(type)) return;
    const shown = label || name;
    if (typeof shown === "string") names.set(id, shown);
  });
  return (flow) => names.get(flow);
}
