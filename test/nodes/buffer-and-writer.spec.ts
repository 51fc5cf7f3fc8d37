import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { healthRegistry } from "../../lib/health/registry";
import { WalLog } from "../../lib/wal/log";
import walBuffer from "../../nodes/wal-buffer/wal-buffer";
import { type Credentials, helper, load, nextMessage, receive, type TestFlow } from "../support/helper";
import { eventually } from "../support/node-red";
import { WRITE_NODES, writeFlow } from "../support/write-flow";

describe("wal-buffer and influx-batch-write together", () => {
  let directory: string;
  let endpoint: InfluxEndpoint;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "buffer-writer-"));
    endpoint = await startInfluxEndpoint();
  });

  afterEach(async () => {
    await helper.unload();
    await endpoint.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** @param writer further settings of the writer */
  function flowOf(more: object = {}, writer: object = {}): { flow: TestFlow; credentials: Credentials } {
    const { flow, credentials } = writeFlow(endpoint.url);
    const own = flow.map((node) => ({
      ...node,
      ...(node.type === "influx-config" && { org: endpoint.org }),
      ...(node.id === "w" && { wires: [["wal"], ["wal"], ["wal"]], flushInterval: 1, ...writer }),
    }));
    const buffer = { id: "wal", type: "wal-buffer", z: "tab", x: 1, y: 1, directory, wires: [["w"], []] };
    return {
      flow: [...own, { ...buffer, ...more }],
      credentials: { ...credentials, db: { token: endpoint.token } },
    };
  }

  async function start(more: object = {}): Promise<void> {
    const { flow, credentials } = flowOf(more);
    await load([walBuffer, ...WRITE_NODES], flow, credentials);
  }
  async function deployNodes(flow: TestFlow, credentials: Credentials): Promise<void> {
    const { setFlows } = helper as unknown as {
      setFlows: (flow: TestFlow, type: "nodes", credentials: Credentials) => Promise<void>;
    };
    await setFlows.call(helper, flow, "nodes", credentials);
  }
  const details = () => healthRegistry.reports().find(({ id }) => id === "wal")!.details;
  const line = (n: number) => `m,id=${n} v=${n}i 17932060000000000${String(n).padStart(2, "0")}`;

  it("write what lies behind a record that is refused whole at the head after a restart", async () => {
    const log = await WalLog.open({ directory });
    await log.append(['m,id=0 v="text" 1793206000000000000', 'm,id=1 v="text" 1793206000000000001']);
    for (let n = 2; n < 12; n++) await log.append([line(n)]);
    await log.close();
    // The field is an integer already, and the first request holds nothing but texts.
    const query = `org=${endpoint.org}&bucket=genesys&precision=ns`;
    const headers = { authorization: `Token ${endpoint.token}` };
    await fetch(`${endpoint.url}/api/v2/write?${query}`, { method: "POST", headers, body: line(2) });
    await start({ window: 2 });
    await eventually("nothing waits", () => details()["pending"] === 0 && details()["acked"] === 10, 30_000);
    assert.equal(details()["rejected"], 2);
    assert.equal(endpoint.points().length, 10);
  });

  it("send again at once what the writer held when it alone was deployed, long before an outcome is missed", async () => {
    await start();
    const hung = endpoint.script({ fault: "hang" });
    receive("wal", { payload: line(1) });
    await eventually("it is being written", () => endpoint.requests.length === 1);
    hung();
    const { flow, credentials } = flowOf({}, { batchSize: 77 });
    await deployNodes(flow, credentials);
    await eventually("it is written", () => endpoint.points().length === 1, 10_000);
  });

  it("send again at once what a node between them held when that was deployed", async () => {
    const between = { id: "between", type: "helper", z: "tab", x: 1, y: 1 };
    const { flow, credentials } = flowOf({ wires: [["between"], []] });
    await load([walBuffer, ...WRITE_NODES], [...flow, between], credentials);
    let sent = nextMessage("between");
    receive("wal", { payload: line(1) });
    assert.deepEqual((await sent)["payload"], [line(1)]);
    await deployNodes([...flow, { ...between, name: "another" }], credentials);
    sent = nextMessage("between");
    assert.deepEqual((await sent)["payload"], [line(1)]);
  });

  it("lose nothing and fail nothing where Node-RED lets few messages wait", async () => {
    helper.settings({ nodeMessageBufferMaxLength: 3 });
    await start();
    const errors = () => healthRegistry.reports().find(({ id }) => id === "w")!.figures.errors;
    const before = errors();
    for (let n = 0; n < 60; n++) receive("wal", { payload: line(n) });
    await eventually("all is written", () => details()["acked"] === 60, 10_000);
    assert.equal(errors(), before);
    helper.settings({});
  });

  it("hand a broker no message over its megabyte, however much comes at once", async () => {
    const { flow, credentials } = flowOf({ inFlight: "one", wires: [["w", "sent"], []] });
    const seen = { id: "sent", type: "helper", z: "tab", x: 1, y: 1 };
    await load([walBuffer, ...WRITE_NODES], [...flow, seen], credentials);
    const sizes: number[] = [];
    helper.getNode("sent").on("input", ({ payload }) => {
      sizes.push(Buffer.byteLength(JSON.stringify(payload)));
    });
    // The quotes of a name cost two bytes each in JSON.
    const names = Array.from({ length: 60 }, (_, n) => `n${n}="Sales"`).join(",");
    receive("wal", { payload: Array.from({ length: 2_000 }, (_, n) => `m,id=${n} ${names} ${n + 1}`) });
    await eventually("all is written", () => details()["acked"] === 2_000, 30_000);
    assert.ok(sizes.length > 5 && Math.max(...sizes) < 512 * 1024, sizes.join());
  }).timeout(40_000);

  it("keep up with many single lines when one message may be under way", async () => {
    await start({ inFlight: "one" });
    for (let n = 0; n < 1_000; n++) receive("wal", { payload: `m,id=${n} v=${n}i 1793206000000000000` });
    await eventually("all is written", () => details()["acked"] === 1_000, 30_000);
    assert.equal(endpoint.points().length, 1_000);
    assert.ok(endpoint.requests.length < 50, `${endpoint.requests.length} requests`);
  });
});
