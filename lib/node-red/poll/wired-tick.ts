import type { NodeAPI } from "node-red";

/**
 * Finds how often a node is triggered by the deployed inject nodes that are wired straight to it: health must know that
 * an hourly poll is not late before it has seen a second trigger.
 *
 * @returns milliseconds; `undefined` where no inject node repeats
 */
export function wiredTick(RED: NodeAPI, id: string): number | undefined {
  const ticks: number[] = [];
  RED.nodes.eachNode((saved) => {
    const { type, wires, repeat, d } = saved as typeof saved & Record<"wires" | "repeat" | "d", unknown>;
    if (type !== "inject" || d) return;
    const seconds = Number(repeat);
    if (seconds > 0 && Array.isArray(wires) && wires.flat().includes(id)) ticks.push(seconds * 1_000);
  });
  return ticks.length > 0 ? Math.min(...ticks) : undefined;
}
