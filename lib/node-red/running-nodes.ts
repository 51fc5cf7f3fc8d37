import type { NodeAPI, NodeDef } from "node-red";

/** A node as the flows file has it. */
export interface SavedNode extends NodeDef {
  readonly label?: unknown;
  readonly wires?: unknown;
  /** Targets of a link node. */
  readonly links?: unknown;
  /** Whether it is disabled. */
  readonly d?: unknown;
  readonly repeat?: unknown;
  readonly directory?: unknown;
}

/**
 * Visits the nodes of the flows, disabled ones included, under the ids by which they run: what is in a subflow runs once
 * for each instance, as `<instance>-<node>` (Node-RED 4 and 5, `createNodeInSubflow`).
 *
 * @param visit gets a node, its id, and a function that turns ids in its wires into those of its surroundings
 */
export function eachRunning(
  RED: NodeAPI,
  visit: (saved: SavedNode, id: string, near: (id: string) => string) => void,
): void {
  const all: SavedNode[] = [];
  RED.nodes.eachNode((saved) => void all.push(saved));
  const subflows = new Set(all.filter(({ type }) => type === "subflow").map(({ id }) => id));
  /** By subflow; what is in none, under the empty name. */
  const inside = new Map<string, SavedNode[]>();
  for (const saved of all) {
    const holder = subflows.has(saved.z ?? "") ? saved.z : "";
    const beside = inside.get(holder);
    if (beside) beside.push(saved);
    else inside.set(holder, [saved]);
  }
  const walk = (holder: string, prefix: string, around: readonly string[]): void => {
    const near = (id: string) => prefix + id;
    for (const saved of inside.get(holder) ?? []) {
      const id = near(saved.id);
      visit(saved, id, near);
      const inner = isInstance(saved.type) ? saved.type.slice(INSTANCE.length) : "";
      if (inner && !around.includes(inner)) walk(inner, `${id}-`, [...around, inner]);
    }
  };
  walk("", "", []);
}

/** How the type of a subflow's instance begins. */
const INSTANCE = "subflow:";

/** Whether a type is that of a subflow's instances. */
export function isInstance(type: string): boolean {
  return type.startsWith(INSTANCE);
}
