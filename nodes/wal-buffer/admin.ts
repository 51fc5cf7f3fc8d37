import type { Node, NodeAPI } from "node-red";
import { AdminProblem, adminRoute } from "../../lib/node-red/admin/route";
import { systemClock } from "../../lib/time/clock";
import type { WalLog } from "../../lib/wal/log";
import type { BufferController } from "./controller";
import { ADOPT_LIMIT_MS } from "./settings";
import { orphansOf } from "./siblings";

/** Dead letters that the dialog shows, and how much of each. */
const LETTERS = 50;
const LETTER_CHARACTERS = 2_000;

/** Adds the routes of the dialog: files, dead letters, and logs whose nodes are gone. */
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
  adminRoute(
    RED,
    { method: "get", path: "/wal-buffer/:id/orphans", permission: "wal-buffer.read" },
    async ({ params }) => ({ deployed: bufferOf(RED, params["id"]).deployed, items: await orphansOf(RED) }),
  );
  adminRoute(
    RED,
    {
      method: "post",
      path: "/wal-buffer/:id/adopt",
      permission: "wal-buffer.write",
      timeLimitMs: ADOPT_LIMIT_MS,
    },
    async ({ params, body }) => {
      const { buffer } = bufferOf(RED, params["id"]);
      if (!buffer?.log) throw new AdminProblem(409, "the log of this node is not open: deploy it first");
      // Only a log found here, not any path.
      const found = (await orphansOf(RED)).find(({ directory }) => directory === body["directory"]);
      if (!found) throw new AdminProblem(404, "there is no such log without a node");
      return buffer.adopt(found.directory);
    },
  );
}

/** Finds a deployed buffer and its log, which is absent while it is not open. */
function bufferOf(RED: NodeAPI, id: string | undefined): Deployed {
  const node = id ? (RED.nodes.getNode(id) as BufferNode | null) : null;
  if (node?.type !== "wal-buffer") return { deployed: false, buffer: undefined, log: undefined };
  return { deployed: true, buffer: node.buffer, log: node.buffer?.log };
}

interface Deployed {
  readonly deployed: boolean;
  readonly buffer: BufferController | undefined;
  readonly log: WalLog | undefined;
}

interface BufferNode extends Node {
  readonly buffer?: BufferController;
}
