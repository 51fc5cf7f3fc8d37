import type { InfluxEndpoint } from "../../demo/simulators/influx/server";
import influxBatchWrite from "../../nodes/influx-batch-write/influx-batch-write";
import influxConfig from "../../nodes/influx-config/influx-config";
import { helper, load } from "./helper";

/** A message as it left the writer. */
export type Outcome = Record<string, unknown> & {
  payload: unknown;
  influx: Record<string, unknown>;
  error?: Record<string, unknown>;
};

/** One writer `w` in a test runtime, and all that comes out of it or reaches Catch. */
export class WriteNode {
  readonly arrived: { output: string; msg: Outcome }[] = [];
  #waiting: (() => void) | undefined;

  async start(
    { url }: InfluxEndpoint,
    settings: Record<string, unknown> = {},
    config: Record<string, unknown> = {},
  ): Promise<void> {
    const outputs = ["written", "failed", "rejected", "caught"];
    const write = { influx: "db", batchSize: 3, flushInterval: 60, ...settings };
    await load(
      [influxConfig, influxBatchWrite],
      [
        { id: "tab", type: "tab" },
        { id: "db", type: "influx-config", url, org: "demo", bucket: "genesys", timeout: 10, ...config },
        {
          ...{ id: "w", z: "tab", type: "influx-batch-write" },
          wires: [["written"], ["failed"], ["rejected"]],
          ...write,
        },
        ...outputs.map((id) => ({ id, z: "tab", type: "helper" })),
        { id: "catcher", z: "tab", type: "catch", wires: [["caught"]] },
      ],
      { db: { token: "demo-token" } },
    );
    for (const output of outputs)
      helper.getNode(output).on("input", (msg: unknown) => {
        this.arrived.push({ output, msg: msg as Outcome });
        this.#waiting?.();
      });
  }

  /** Waits until so many messages have arrived, and gives them all. */
  async outcomes(count: number): Promise<{ output: string; msg: Outcome }[]> {
    while (this.arrived.length < count) await new Promise<void>((resolve) => (this.#waiting = resolve));
    return this.arrived;
  }

  /** Where messages arrived, each with its topic. */
  get outputs(): string[] {
    return this.arrived.map(({ output, msg }) => `${output} ${String(msg["topic"])}`);
  }

  /** How often the writer logged this. */
  logged(key: string): number {
    return (helper.log().args as [{ id?: string; msg: unknown }][]).filter(
      ([entry]) => entry.id === "w" && entry.msg === `influx-batch-write.log.${key}`,
    ).length;
  }
}
