import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { environmentOf } from "../support/environment";
import { callEveryQueue } from "../support/contacts";
import type { TestFlow } from "../support/helper";
import { eventually, NodeRedProcess, runtimeName } from "../support/node-red";

const examples = resolve(__dirname, "../../examples");

/** An example, as imported, but without the waits that only suit people. */
function example(file: string): TestFlow {
  const flow = JSON.parse(readFileSync(join(examples, file), "utf8")) as TestFlow;
  return flow.map((node) => {
    if (node.type === "inject") return { ...node, repeat: "2", onceDelay: "0.1" };
    if (node.type === "influx-batch-write") return { ...node, flushInterval: 1 };
    return node;
  });
}

interface Health {
  status: string;
  wal_pending: number;
  errors: number;
  nodes: { message: string }[];
}

describe(`examples, as imported, in ${runtimeName()}`, function () {
  this.timeout(180_000);
  let genesys: GenesysSimulator;
  let influx: InfluxEndpoint;
  let nodeRed: NodeRedProcess | undefined;

  const environment = () => environmentOf(genesys, influx, "production");
  const health = async () => {
    const response = await nodeRed!.request("/health");
    return { statusCode: response.status, ...((await response.json()) as Health) };
  };

  beforeEach(async () => {
    genesys = await startGenesysSimulator({ queues: 5, agents: 10 });
    influx = await startInfluxEndpoint();
  });
  afterEach(async () => {
    await nodeRed?.dispose();
    await genesys.close();
    await influx.close();
  });

  it("10: the tutorial's rows arrive, and health answers the tutorial's keys", async () => {
    nodeRed = await NodeRedProcess.start({
      flows: example("10 - Source tutorial collector.json"),
      env: environment(),
    });
    await eventually("five queues in the store", () => influx.points().length >= 5);
    for (const line of influx.lines()) {
      assert.match(
        line,
        /^genesys_queue,env=production,queueId=[-0-9a-f]+ answered=\d+i,abandoned=\d+i,offered=\d+i,waitTime=\d+(\.\d+)? \d+$/,
      );
      assert.equal(Number(line.split(" ").at(-1)) % 60e9, 0, "aligned to the minute");
    }
    const answer = await eventually("running", async () => {
      const now = await health();
      return now.status === "running" && now;
    });
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(Object.keys(answer).slice(1, 6), [
      "status",
      "last_poll_time",
      "last_write_latency_ms",
      "wal_pending",
      "errors",
    ]);
    assert.equal(answer.errors, 0);
  });

  it("01: half-hour metrics arrive through the log, and leave nothing pending", async () => {
    callEveryQueue(genesys);
    nodeRed = await NodeRedProcess.start({
      flows: example("01 - Write-ahead collector.json"),
      env: environment(),
    });
    await eventually("points of five queues", () => {
      const queues = new Set(influx.points().map(({ tags }) => Object.fromEntries(tags)["queueId"]));
      return queues.size === 5;
    });
    await eventually("nothing pending", async () => (await health()).wal_pending === 0);
    const lines = influx.lines();
    for (const line of lines) assert.match(line, /^genesys_queue,env=production,.*queueId=[-0-9a-f]+ /);
    // Not in every line: a queue may only have finished, in a bucket, what came before it.
    assert.ok(lines.some((line) => /[ ,]offered=\d+i/.test(line)));
  });

  it("calls the flow degraded, not failed, while Genesys Cloud does not answer", async () => {
    nodeRed = await NodeRedProcess.start({
      flows: example("10 - Source tutorial collector.json"),
      env: environment(),
    });
    await eventually("running", async () => (await health()).status === "running");
    await genesys.close();
    await eventually("an error", async () => (await health()).errors > 0);
    // Also while the next polls are under way.
    for (let look = 0; look < 20; look++) {
      const answer = await health();
      assert.deepEqual([answer.statusCode, answer.status], [200, "degraded"]);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

  it("names each missing setting and its variable once, and keeps running", async () => {
    nodeRed = await NodeRedProcess.start({ flows: example("10 - Source tutorial collector.json") });
    await nodeRed.logged(/GENESYS_CLIENT_ID/);
    await nodeRed.logged(/INFLUX_TOKEN/);
    const answer = await eventually("failed, in words", async () => {
      const now = await health();
      return now.status === "failed" && now.nodes.some(({ message }) => message === "set client id") && now;
    });
    assert.equal(answer.statusCode, 503);
    // A poll that is triggered meanwhile refuses its message with the same words, for Catch.
    const named = nodeRed.log
      .split("\n")
      .filter((line) => line.includes("GENESYS_CLIENT_ID") && line.includes("[genesys-config:"));
    assert.equal(named.length, 1, named.join("\n"));
  });
});
