import { linked, upstream } from "../../lib/node-red/editor/wires";

/** Whether the writer's outcomes reach the buffer whose lines it writes, and only that one. */
export interface Wiring {
  state:
    | "noBuffer"
    | "good"
    | "writtenMissing"
    | "failedMissing"
    | "bothMissing"
    /** The buffer hands each record to several writers: the first outcome counts for all. */
    | "manyWriters"
    /** The outcomes go to a buffer that did not send the lines, which ignores them. */
    | "otherBuffer"
    /** Batches wait longer than the buffer waits for their outcome. */
    | "slowFlush";
  /** The buffer concerned. */
  buffer?: EditorNode;
}

/**
 * Follows the wires on the workspace, link nodes included, from the buffer's output 1 and from the writer's outputs.
 */
export function wiringOf(writer: EditorNode): Wiring {
  const buffers = upstream(writer).filter(({ type }) => type === "wal-buffer");
  if (buffers.length === 0) return { state: "noBuffer" };
  const written = downstream(writer, 0);
  const failed = downstream(writer, 1);
  for (const buffer of buffers) {
    // In the fallback wiring the writer feeds the buffer through output 2.
    const noWritten = !written.has(buffer);
    const noFailed = !failed.has(buffer);
    if (noWritten && noFailed) return { state: "bothMissing", buffer };
    if (noFailed) return { state: "failedMissing", buffer };
    if (noWritten) return { state: "writtenMissing", buffer };
  }
  for (const buffer of buffers) {
    const writers = [...downstream(buffer, 0)].filter(({ type }) => type === writer.type);
    if (writers.length > 1) return { state: "manyWriters", buffer };
    if (secondsOf(writer, "flushInterval") >= secondsOf(buffer, "ackTimeout"))
      return { state: "slowFlush", buffer };
  }
  const other = [...written].find((node) => node.type === "wal-buffer" && !buffers.includes(node));
  if (other) return { state: "otherBuffer", buffer: other };
  return { state: "good", buffer: buffers[0]! };
}

/** Reads a setting in seconds; a blank or wrong one raises no warning. */
function secondsOf(node: EditorNode, property: "flushInterval" | "ackTimeout"): number {
  const seconds = Number(node[property] || NaN);
  if (Number.isFinite(seconds)) return seconds;
  return property === "flushInterval" ? 0 : Infinity;
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
