import type { Node, NodeAPI } from "node-red";
import { adminRoute } from "../../lib/node-red/admin/route";
import { systemClock } from "../../lib/time/clock";
import type { WalLog } from "../../lib/wal/log";

/** Dead letters that the dialog shows at once, and how much of each. */
const LETTERS = 50;
const LETTER_CHARACTERS = 2_000;

/** What the dialog of a deployed buffer shows: where its files are, how full it is, what was rejected. */
export function registerWalRoutes(RED: NodeAPI): void {
  adminRoute(
    RED,
    { method: "get", path: "/wal-buffer/:id/files", permission: "wal-buffer.read" },
    async ({ params }) => {
      const { deployed, log } = bufferOf(RED, params["id"]);
      if (!log) return { deployed, open: false };
      const { pending, bytes, oldestAt, dropped, corrupt, problem } = log.stats();
      const { lines } = await log.rejected(0);
      return {
        deployed,
        open: true,
        directory: log.directory,
        pendingLines: pending,
        bytes,
        oldestAt,
        now: systemClock.now(),
        dropped,
        corrupt,
        rejected: lines,
        problem: problem?.message,
      };
    },
  );
  adminRoute(
    RED,
    { method: "get", path: "/wal-buffer/:id/rejected", permission: "wal-buffer.read" },
    async ({ params }) => {
      const { deployed, log } = bufferOf(RED, params["id"]);
      if (!log) return { deployed, open: false };
      const { lines, letters } = await log.rejected(LETTERS);
      return {
        deployed,
        open: true,
        total: lines,
        items: letters.map(({ t, lines: count, reason, payload }) => ({
          at: new Date(t).toISOString(),
          lines: count,
          reason,
          line: payload.trimEnd().slice(0, LETTER_CHARACTERS),
        })),
      };
    },
  );
}

/** A deployed buffer's log; there is none while it is being opened, or cannot be. */
function bufferOf(RED: NodeAPI, id: string | undefined): { deployed: boolean; log: WalLog | undefined } {
  const node = id ? (RED.nodes.getNode(id) as BufferNode | null) : null;
  if (node?.type !== "wal-buffer") return { deployed: false, log: undefined };
  return { deployed: true, log: node.buffer?.log };
}

interface BufferNode extends Node {
  readonly buffer?: { readonly log: WalLog | undefined };
}
