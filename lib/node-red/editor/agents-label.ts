import { asList } from "./dialog";
import type { Texts } from "./texts";

/** What a node that asks for agents shows in place of a name. @param text the node's own texts */
export function agentsLabel(node: EditorNode, text: Texts): string {
  const agents = asList(node["agents"]).length;
  const queues = asList(node["queues"]).length;
  if (agents === 1) return text("node.oneAgent");
  if (agents > 1) return text("node.agents", { count: agents });
  if (queues === 1) return text("node.agentsOfOne");
  if (queues > 1) return text("node.agentsOf", { count: queues });
  return text("node.allAgents");
}
