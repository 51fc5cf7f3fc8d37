import type { TestFlow } from "./helper";

/** How the writer and the log are wired: the two ways of the design. */
export type Wiring = "write-ahead" | "fallback";

/** Settings that a test changes; node defaults otherwise. */
export interface PipelineSettings {
  readonly wal?: Record<string, unknown>;
  readonly write?: Record<string, unknown>;
}

/**
 * A flow that takes lines by HTTP and brings them to InfluxDB: `POST /lines` with line protocol as text, `GET /health`.
 * The connection comes from the INFLUX_* variables. In the write-ahead wiring `POST /lines` is answered when the log
 * has the lines on disk, in the fallback wiring at once.
 */
export function pipelineFlow(wiring: Wiring, { wal = {}, write = {} }: PipelineSettings = {}): TestFlow {
  const ahead = wiring === "write-ahead";
  const node = (id: string, type: string, wires: string[][], more: Record<string, unknown> = {}) => ({
    id,
    type,
    z: "tab",
    wires,
    ...more,
  });
  return [
    { id: "tab", type: "tab", label: wiring },
    { id: "influx", type: "influx-config" },
    node("in", "http in", ahead ? [["wal"]] : [["write", "accepted"]], { url: "/lines", method: "post" }),
    node("wal", "wal-buffer", [["write"], []], wal),
    node("write", "influx-batch-write", [["wal"], ["wal"], ["wal"]], {
      influx: "influx",
      flushInterval: 1,
      ...write,
    }),
    node("appended", "complete", [["accepted"]], { scope: ["wal"], uncaught: false }),
    // A complete node also gets messages that are not requests: acknowledgements that went through the log.
    node("accepted", "function", [["answer"]], {
      func: "if (!msg.res || msg.influx) return null; return { ...msg, statusCode: 204, payload: '' };",
      outputs: 1,
    }),
    node("answer", "http response", [], { statusCode: "204" }),
    node("ask", "http in", [["health"]], { url: "/health", method: "get" }),
    node("health", "collector-health", [["told"]]),
    node("told", "http response", []),
  ].filter(({ id }) => ahead || id !== "appended");
}
