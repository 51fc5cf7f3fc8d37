import { linked, upstream } from "../../lib/node-red/editor/wires";

/** Whether the writer's outcomes reach the buffer whose lines it writes. */
export interface Wiring {
  state: "noBuffer" | "good" | "writtenMissing" | "failedMissing" | "bothMissing";
  /** The buffer that feeds the writer and lacks an outcome, or one that does not. */
  buffer?: EditorNode;
}

/** Follows the wires on the workspace, link nodes included, from the buffer's output 1 and from the writer's outputs. */
export function wiringOf(writer: EditorNode): Wiring {
  const buffers = upstream(writer).filter(({ type }) => type === "wal-buffer");
  if (buffers.length === 0) return { state: "noBuffer" };
  const written = downstream(writer, 0);
  const failed = downstream(writer, 1);
  for (const buffer of buffers) {
    // In the fallback wiring the writer feeds the buffer, too: its output 2 is what the buffer keeps.
    const noWritten = !written.has(buffer);
    const noFailed = !failed.has(buffer);
    if (noWritten && noFailed) return { state: "bothMissing", buffer };
    if (noFailed) return { state: "failedMissing", buffer };
    if (noWritten) return { state: "writtenMissing", buffer };
  }
  const [buffer] = buffers;
  return buffer ? { state: "good", buffer } : { state: "noBuffer" };
}

function downstream(node: EditorNode, port: number): Set<EditorNode> {
  const seen = new Set<EditorNode>();
  const next = RED.nodes.filterLinks({ source: node, sourcePort: port }).map(({ target }) => target);
  for (let current = next.pop(); current; current = next.pop()) {
    if (seen.has(current)) continue;
    seen.add(current);
    if (current.type === "wal-buffer") continue;
    next.push(...RED.nodes.filterLinks({ source: current }).map(({ target }) => target));
    if (current.type === "link out") next.push(...linked(current));
  }
  return seen;
}
