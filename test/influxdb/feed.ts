import assert from "node:assert/strict";
import { Connection, type ConnectionSettings } from "../../lib/influx/connection";
import { LineWriter } from "../../lib/influx/line-writer";
import { eventually, NodeRedProcess } from "../support/node-red";

/**
 * Feeds lines all the time while the server is stopped and started, and sends again what failed, as a buffer does. Half
 * of them come only once it is stopped, however fast it was.
 */
export async function writeThroughRestart(
  settings: ConnectionSettings,
  lines: readonly string[],
  server: { stop: () => Promise<void>; start: () => Promise<void> },
): Promise<void> {
  const writer = new LineWriter({
    connection: new Connection(settings),
    ...{ batchSize: 50, flushIntervalMs: 20, precision: "ns", gzip: true },
  });
  let failures = 0;
  let written = 0;
  let fed = 0;
  let bound = Math.floor(lines.length / 2);
  const send = (some: readonly string[]) =>
    writer.add({
      lines: some,
      bucket: settings.bucket,
      settle: (outcome) => {
        if (outcome.status === "written") written += some.length;
        else {
          failures++;
          setTimeout(() => send(some), 100);
        }
      },
    });
  const feed = setInterval(() => {
    const next = lines.slice(fed, Math.min(fed + 20, bound));
    fed += next.length;
    if (next.length > 0) send(next);
  }, 10);
  try {
    await eventually("200 lines are written", () => written >= 200);
    await server.stop();
    bound = lines.length;
    await eventually("a batch fails", () => failures > 0);
    await server.start();
    await eventually("all is written", () => written >= lines.length);
  } finally {
    clearInterval(feed);
    await writer.close();
  }
}

/** A Node-RED that writes what is posted to `/lines`, and logs the lines that the server refuses. */
export function startNodeRed({ url, org, bucket, token }: ConnectionSettings): Promise<NodeRedProcess> {
  const inTab = (id: string, type: string, wires: string[][], rest: object = {}) => ({
    ...{ id, z: "tab", type, wires },
    ...rest,
  });
  return NodeRedProcess.start({
    flows: [
      { id: "tab", type: "tab", label: "test" },
      { id: "db", type: "influx-config", url, org, bucket },
      inTab("in", "http in", [["write", "answer"]], { url: "/lines", method: "post" }),
      inTab("answer", "http response", []),
      inTab("write", "influx-batch-write", [[], [], ["strip"]], {
        ...{ influx: "db", batchSize: 100, flushInterval: 1 },
      }),
      inTab("strip", "change", [["log"]], {
        rules: [
          { t: "delete", p: "req" },
          { t: "delete", p: "res" },
        ],
      }),
      inTab("log", "debug", [], { console: true, tosidebar: false, active: true, complete: "payload" }),
    ],
    credentials: { db: { token } },
  });
}

export async function postLines(nodeRed: NodeRedProcess, body: string): Promise<void> {
  const headers = { "content-type": "text/plain" };
  const response = await nodeRed.request("/lines", { method: "POST", headers, body });
  assert.equal(response.status, 200);
}
