import type { NodeAPI } from "node-red";
import { eachRunning } from "../running-nodes";

/**
 * Finds how often a node is triggered by the deployed inject nodes that are wired straight to it: health must know that
 * an hourly poll is not late before it has seen a second trigger.
 *
 * @returns milliseconds; `undefined` where no inject node repeats
 */
export function wiredTick(RED: NodeAPI, id: string): number | undefined {
  const ticks: number[] = [];
  eachRunning(RED, ({ type, wires, repeat, d }, _id, near) => {
    if (type !== "inject" || d) return;
    const seconds = Number(repeat);
    const targets: unknown[] = Array.isArray(wires) ? wires.flat() : [];
    if (seconds > 0 && targets.some((target) => near(String(target)) === id)) ticks.push(seconds * 1_000);
  });
  return ticks.length > 0 ? Math.min(...ticks) : undefined;
}
