/** Finds all nodes whose lines can reach a node; a buffer's events (output 2) are no lines. */
export function upstream(node: EditorNode): EditorNode[] {
  const seen = new Set<EditorNode>();
  const next = [node];
  for (let current = next.pop(); current; current = next.pop()) {
    for (const source of sourcesOf(current)) {
      if (seen.has(source)) continue;
      seen.add(source);
      // Stop at a buffer: a writer's own outcomes come back to it.
      if (source.type !== "wal-buffer") next.push(source);
    }
  }
  return [...seen];
}

function sourcesOf(node: EditorNode): EditorNode[] {
  const wired = RED.nodes
    .filterLinks({ target: node })
    .filter(({ source, sourcePort }) => source.type !== "wal-buffer" || sourcePort === 0)
    .map(({ source }) => source);
  return node.type === "link in" ? [...wired, ...linked(node)] : wired;
}

/** The other ends of a link node. */
export function linked(node: EditorNode): EditorNode[] {
  const ids = Array.isArray(node["links"]) ? (node["links"] as unknown[]) : [];
  return ids.map((id) => RED.nodes.node(id)).filter((other): other is EditorNode => Boolean(other));
}
