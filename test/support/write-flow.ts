import { healthRegistry } from "../../lib/health/registry";
import influxBatchWrite from "../../nodes/influx-batch-write/influx-batch-write";
import influxConfig from "../../nodes/influx-config/influx-config";
import { type Credentials, helper, load, receive, type TestFlow } from "./helper";
import { tlsConfig } from "./tls";

/** What a `tls-config` node holds; its texts are its credentials. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly verifyservercert?: boolean;
}

/** A `tls-config` node with its credentials, as the editor saves it. */
export function tlsNode({ ca = "", cert = "", key = "", ...settings }: TlsSettings) {
  return {
    node: { id: "tls", type: "tls-config", cert: "", key: "", ca: "", verifyservercert: true, ...settings },
    credentials: { cadata: ca, certdata: cert, keydata: key },
  };
}

/** A writer to `url` with its config nodes; it writes whatever comes with `msg.flush`. */
export function writeFlow(
  url: string,
  tls?: TlsSettings,
  timeout = 10,
): { flow: TestFlow; credentials: Credentials } {
  const own = tls && tlsNode(tls);
  return {
    flow: [
      { id: "tab", type: "tab" },
      ...(own ? [own.node] : []),
      {
        id: "db",
        type: "influx-config",
        url,
        org: "demo",
        bucket: "genesys",
        timeout,
        ...(own && { tls: "tls" }),
      },
      {
        id: "w",
        z: "tab",
        x: 1,
        y: 1,
        type: "influx-batch-write",
        influx: "db",
        wires: [["written"], ["failed"], []],
      },
      ...["written", "failed"].map((id) => ({ id, z: "tab", x: 1, y: 1, type: "helper" })),
    ],
    credentials: { db: { token: "demo-token" }, ...(own && { tls: own.credentials }) },
  };
}

export const WRITE_NODES = [tlsConfig, influxConfig, influxBatchWrite];

/** The outcome of one message, with the writer's status after it. */
export interface WriteOutcome {
  readonly output: "written" | "failed";
  readonly payload: unknown;
  /** Of a failure. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds after which to try again. */
  readonly retryAfterMs: number | undefined;
  /** State and text under the node, as health has them too. */
  readonly state: string;
  readonly status: string;
}

/** Loads the flow in place of whatever runs, and returns what writes one message and gives its outcome. */
export async function startWriter(
  url: string,
  tls?: TlsSettings,
  timeout?: number,
): Promise<(payload?: unknown) => Promise<WriteOutcome>> {
  await helper.unload();
  const { flow, credentials } = writeFlow(url, tls, timeout);
  await load(WRITE_NODES, flow, credentials);
  let arrive: (output: WriteOutcome["output"], msg: Record<string, unknown>) => void = () => {};
  for (const output of ["written", "failed"] as const)
    helper.getNode(output).on("input", (msg: unknown) => arrive(output, msg as Record<string, unknown>));
  return async (payload = "m f=1i 1") => {
    const arrived = new Promise<Parameters<typeof arrive>>(
      (resolve) => (arrive = (...parts) => resolve(parts)),
    );
    receive("w", { payload, flush: true, wal: { buffer: "b", record: 1 } });
    const [output, msg] = await arrived;
    const { code = "", message = "" } = (msg["error"] ?? {}) as { code?: string; message?: string };
    const { state = "", message: status = "" } =
      healthRegistry.reports("tab").find(({ id }) => id === "w") ?? {};
    const { retryAfterMs } = msg["influx"] as { retryAfterMs?: number };
    return { output, payload: msg["payload"], code, message, retryAfterMs, state, status };
  };
}
