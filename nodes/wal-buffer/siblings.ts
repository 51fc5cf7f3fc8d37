import { basename, resolve } from "node:path";
import type { NodeAPI } from "node-red";
import { eachRunning } from "../../lib/node-red/running-nodes";
import { ownPath, userDirectory } from "../../lib/node-red/user-folder";
import { nodeFileSystem } from "../../lib/wal/file-system";
import { findOrphans, type Orphan } from "../../lib/wal/orphans";

/** Where the logs of buffers lie that have no directory of their own. */
const FOLDER = "wal";

/** The directory of a buffer without that setting. */
export function defaultDirectory(userDir: string, id: string): string {
  return ownPath(userDir, FOLDER, directoryName(id));
}

function directoryName(id: string): string {
  return id.replace(/[^A-Za-z0-9._-]/g, "_");
}

/** Finds logs with lines beside those of the flows' buffers, disabled ones included, that belong to none of them. */
export function orphansOf(RED: NodeAPI): Promise<Orphan[]> {
  const userDir = userDirectory(RED);
  const parent = ownPath(userDir, FOLDER);
  const living = new Set<string>();
  eachRunning(RED, (saved, id) => {
    if (saved.type !== "wal-buffer") return;
    living.add(directoryName(id));
    const directory = typeof saved.directory === "string" ? saved.directory.trim() : "";
    if (directory && resolve(userDir, directory, "..") === parent) living.add(basename(directory));
  });
  return findOrphans(nodeFileSystem, parent, (name) => living.has(name));
}

/** A node as the wiring shows it. */
interface Wired {
  readonly type: string;
  /** Whether messages get through: not while it is disabled. */
  readonly passes: boolean;
  /** Targets by output. */
  readonly outputs: readonly (readonly string[])[];
  readonly links: readonly string[];
}

/**
 * Checks the wiring from a buffer's output 1, through link nodes: two writers would settle each other's records. A
 * writer that waits too long for more lines says so itself.
 *
 * @returns a sentence; `undefined` when nothing is wrong
 */
export function wiringProblem(RED: NodeAPI, id: string): string | undefined {
  const nodes = new Map<string, Wired>();
  eachRunning(RED, ({ type, d, wires, links }, at, near) =>
    nodes.set(at, {
      type,
      passes: !d,
      outputs: Array.isArray(wires) ? (wires as unknown[]).map((port) => strings(port).map(near)) : [],
      links: strings(links).map(near),
    }),
  );
  const writers = new Set<string>();
  const seen = new Set<string>();
  const next = [...(nodes.get(id)?.outputs[0] ?? [])];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    const node = nodes.get(at);
    if (!node?.passes || seen.has(at)) continue;
    seen.add(at);
    if (node.type === "influx-batch-write") writers.add(at);
    else if (node.type === "link out") next.push(...node.links);
    // Stop at another buffer; any other node may pass the lines on.
    else if (node.type !== "wal-buffer") next.push(...node.outputs.flat());
  }
  if (writers.size > 1)
    return `output 1 leads to ${writers.size} writers, of which one would settle the other's lines: give each a buffer of its own`;
  return undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value)
    ? (value as unknown[]).filter((one): one is string => typeof one === "string")
    : [];
}
