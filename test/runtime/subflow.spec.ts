import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import type { TestFlow } from "../support/helper";
import { eventually, NodeRedProcess, runtimeName } from "../support/node-red";

const INSTANCES = ["north", "south"] as const;

describe(`a collector in a subflow that is used twice, in ${runtimeName()}`, function () {
  this.timeout(300_000);
  let genesys: GenesysSimulator;
  let influx: InfluxEndpoint;
  let nodeRed: NodeRedProcess | undefined;
  let second: NodeRedProcess | undefined;

  beforeEach(async () => {
    genesys = await startGenesysSimulator({ queues: 4, agents: 2 });
    influx = await startInfluxEndpoint();
  });
  afterEach(async () => {
    await second?.stop();
    await nodeRed?.dispose();
    await genesys.close();
    await influx.close();
  });

  /** Each instance polls a queue of its own, by a variable of the instance. */
  const flow = (more: Partial<Record<(typeof INSTANCES)[number], object>> = {}): TestFlow => [
    { id: "tab", type: "tab", label: "Sites" },
    { id: "g", type: "genesys-config", region: "custom", baseUrl: genesys.url },
    { id: "i", type: "influx-config", url: influx.url, org: influx.org, bucket: "genesys" },
    {
      ...{
        id: "site",
        type: "subflow",
        name: "Site",
        in: [{ x: 1, y: 1, wires: [{ id: "poll" }] }],
        out: [],
      },
      env: [{ name: "QUEUE", type: "str", value: "" }],
    },
    {
      ...{ id: "poll", type: "genesys-queue-poll", z: "site", x: 1, y: 1, genesys: "g" },
      ...{ query: "aggregates", queues: "${QUEUE}", wires: [["encode"]] },
    },
    { id: "encode", type: "genesys-to-lineprotocol", z: "site", x: 1, y: 1, wires: [["keep"]] },
    { id: "keep", type: "wal-buffer", z: "site", x: 1, y: 1, wires: [["write"], []] },
    {
      ...{ id: "write", type: "influx-batch-write", z: "site", x: 1, y: 1, influx: "i", flushInterval: 0.2 },
      wires: [["keep"], ["keep"], ["keep"]],
    },
    ...INSTANCES.map((id, n) => ({
      ...{ id, type: "subflow:site", z: "tab", x: 1, y: 1, name: `Site ${id}`, wires: [] },
      env: [{ name: "QUEUE", type: "str", value: genesys.organisation.queue(n).name }],
      ...more[id],
    })),
    { id: "tick", type: "inject", z: "tab", once: true, repeat: "1", props: [], wires: [[...INSTANCES]] },
    { id: "in", type: "http in", z: "tab", url: "/health", method: "get", wires: [["health"]] },
    { id: "health", type: "collector-health", z: "tab", scope: "all", wires: [["out"]] },
    { id: "out", type: "http response", z: "tab", wires: [] },
  ];
  const options = () => ({
    credentials: {
      g: { clientId: genesys.clientId, clientSecret: genesys.clientSecret },
      i: { token: influx.token },
    },
  });
  interface Health {
    readonly nodes: { readonly id: string; readonly flow?: string; readonly wal_pending?: number }[];
  }
  const pending = async (from: NodeRedProcess) => {
    const { nodes } = await from.json<Health>("/health");
    return INSTANCES.map((id) => nodes.find((node) => node.id === `${id}-keep`)?.wal_pending ?? 0);
  };
  const queuesOf = () => new Set(influx.lines().map((line) => /queueId=([^, ]+)/.exec(line)?.[1]));

  it("keeps the lines of each apart, over a kill and a restart, and calls none abandoned", async () => {
    nodeRed = await NodeRedProcess.start({ ...options(), flows: flow() });
    await eventually("points of both queues", () => queuesOf().size === 2);
    const { nodes } = await nodeRed.json<Health>("/health");
    assert.deepEqual(
      nodes.filter(({ id }) => id.endsWith("-keep")).map(({ id, flow: name }) => [id, name]),
      INSTANCES.map((id) => [`${id}-keep`, `Site ${id}`]),
    );
    await influx.stop();
    const first = nodeRed;
    await eventually("lines of both wait", async () => (await pending(first)).every((lines) => lines > 0));
    await first.stop("SIGKILL");
    const logs = readdirSync(join(first.userDir, "genesys-influx/wal"));
    assert.deepEqual(logs.sort(), ["north-keep", "south-keep"]);

    // One instance is disabled meanwhile: its lines stay its own.
    const { userDir } = first;
    second = await NodeRedProcess.start({ ...options(), userDir, flows: flow({ south: { d: true } }) });
    const again = second;
    const stored = influx.lines().length;
    await influx.start();
    await eventually("what waited is written", async () => {
      const [north = 0] = await pending(again);
      return influx.lines().length > stored && north === 0;
    });
    // Logs of others are looked for after some seconds; the poll's tick tells the time.
    const asked = genesys.requests.length;
    await eventually("six more polls", () => genesys.requests.length >= asked + 6);
    assert.doesNotMatch(again.log, /whose node is gone/);
  });
});
