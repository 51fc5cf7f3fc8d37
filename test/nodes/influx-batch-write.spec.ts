import assert from "node:assert/strict";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { helper, receive } from "../support/helper";
import { WriteNode } from "../support/write-node";

describe("influx-batch-write", () => {
  let endpoint: InfluxEndpoint;
  let node: WriteNode;
  let arrived: WriteNode["arrived"];

  beforeEach(async () => {
    endpoint = await startInfluxEndpoint({ buckets: ["genesys", "other"] });
    node = new WriteNode();
    ({ arrived } = node);
  });
  afterEach(async () => {
    await helper.unload();
    helper.settings({});
    await endpoint.close();
  });

  const start = (settings = {}, config = {}) => node.start(endpoint, settings, config);
  const outcomes = (count: number) => node.outcomes(count);
  const outputs = () => node.outputs;

  it("writes a batch when it is full, and passes each message on with its outcome", async () => {
    await start();
    receive("w", { topic: "a", payload: "m f=1i 1", keep: "me" });
    receive("w", { topic: "b", payload: ["m f=2i 2", "m f=3i 3"] });
    await outcomes(2);
    assert.deepEqual(outputs(), ["written a", "written b"]);
    const [first, second] = arrived;
    assert.equal(first?.msg["keep"], "me");
    assert.equal(first?.msg.payload, "m f=1i 1");
    const { batch, target, ...influx } = first.msg.influx as { batch: { latencyMs: number }; target: string };
    assert.deepEqual(influx, { status: "written", lines: 1, rejected: 0 });
    assert.match(target, /^\S+$/);
    assert.equal(second?.msg.influx["target"], target);
    assert.deepEqual({ ...batch, latencyMs: 0 }, { lines: 3, bytes: 26, latencyMs: 0 });
    assert.equal(second?.msg.influx["lines"], 2);
    assert.deepEqual(endpoint.lines(), ["m f=1i 1", "m f=2i 2", "m f=3i 3"]);
    assert.equal(endpoint.requests.length, 1);
  });

  it("splits text into lines, but not inside a string", async () => {
    await start();
    receive("w", { topic: "a", payload: '# note\nm s="x\ny" 1\r\n\nm f=2 2\nm f=3 3\n' });
    await outcomes(1);
    assert.equal(arrived[0]?.msg.influx["lines"], 3);
    assert.equal(endpoint.points().length, 3);
  });

  it("writes what is held at msg.flush, also when the message brings nothing else", async () => {
    await start();
    receive("w", { topic: "a", payload: "m f=1 1" });
    receive("w", { topic: "tick", payload: 1763802060000, flush: true });
    await outcomes(1);
    receive("w", { topic: "b", payload: "m f=2 2", flush: true });
    await outcomes(2);
    assert.deepEqual(outputs(), ["written a", "written b"]);
  });

  it("writes what has waited for the interval", async () => {
    await start({ flushInterval: 0.05 });
    receive("w", { topic: "a", payload: "m f=1 1" });
    await outcomes(1);
    assert.deepEqual(outputs(), ["written a"]);
  });

  it("fails a batch and everything behind it, in order; Catch gets those that no buffer keeps", async () => {
    await start();
    endpoint.script({ status: 503, headers: { "retry-after": "7" }, body: "busy" });
    for (const topic of ["a", "b", "c"]) receive("w", { topic, payload: `m f=1 ${topic.charCodeAt(0)}` });
    receive("w", { topic: "d", payload: "m f=4 4", wal: { buffer: "w", record: 1 } });
    await outcomes(7);
    assert.deepEqual(
      outputs().filter((text) => text.startsWith("failed")),
      ["failed a", "failed b", "failed c", "failed d"],
    );
    assert.deepEqual(
      outputs().filter((text) => text.startsWith("caught")),
      ["caught a", "caught b", "caught c"],
    );
    const failed = arrived.find(({ output }) => output === "failed")!.msg;
    assert.deepEqual(failed.influx, { status: "failed", lines: 1, retryAfterMs: 7000 });
    assert.deepEqual(failed.error, { message: "HTTP 503: busy", code: "server-error", statusCode: 503 });
    assert.equal(endpoint.lines().length, 0);
  });

  it("keeps lines for different buckets apart; its own bucket wins over msg.bucket", async () => {
    await start();
    receive("w", { payload: ["m f=1 1", "m f=2 2"], bucket: "other" });
    receive("w", { payload: ["m f=3 3"], flush: true });
    await outcomes(2);
    assert.deepEqual(
      endpoint.requests.map(({ bucket, body }) => [bucket, body]),
      [
        ["other", "m f=1 1\nm f=2 2"],
        ["genesys", "m f=3 3"],
      ],
    );
    await helper.unload();
    await start({ bucket: "genesys" });
    receive("w", { payload: "m f=4 4", bucket: "other", flush: true });
    await outcomes(3);
    assert.equal(endpoint.requests.at(-1)?.bucket, "genesys");
  });

  it("reports a payload that holds no lines to Catch, with what it is", async () => {
    await start();
    receive("w", { topic: "a", payload: { q: 1 } });
    receive("w", { topic: "b", payload: ["m f=1", 5] });
    await outcomes(2);
    assert.deepEqual(outputs(), ["caught a", "caught b"]);
    assert.match(String(arrived[0]!.msg.error?.["message"]), /of type object/);
    assert.match(String(arrived[1]!.msg.error?.["message"]), /msg.payload\[1\] is of type number/);
  });

  it("sends nothing of what it holds when it is closed", async () => {
    await start();
    receive("w", { topic: "a", payload: "m f=1 1", wal: { buffer: "w", record: 1 } });
    await new Promise((resolve) => setImmediate(resolve));
    await helper.unload();
    assert.equal(endpoint.requests.length, 0);
  });

  it("names missing settings and their variables once in the log, and refuses every message", async () => {
    await start({}, { url: "", org: "" });
    receive("w", { topic: "a", payload: "m f=1 1" });
    await outcomes(1);
    assert.match(
      String(arrived[0]!.msg.error?.["message"]),
      /influx-config: url is not set: fill it in, or set INFLUX_URL/,
    );
    const logged = (helper.log().args as [{ level: number; msg: unknown; id?: string }][]).filter(
      ([entry]) => entry.level === 20 && String(entry.msg).includes("INFLUX_"),
    );
    assert.equal(logged.length, 1);
    assert.match(String(logged[0]![0].msg), /INFLUX_URL.*INFLUX_ORG/);
    assert.equal(endpoint.requests.length, 0);
  });

  it("names server, config node and bucket in the log when the token is refused, with what to do", async () => {
    await start({ batchSize: 1 });
    endpoint.script({ status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' });
    receive("w", { topic: "a", payload: "m f=1 1", wal: { buffer: "w", record: 1 } });
    await outcomes(1);
    const logged = (helper.log().args as [{ level: number; msg: unknown; type?: string }][])
      .map(([entry]) => String(entry.msg))
      .filter((text) => text.includes("log.token") || text.includes("refuses the API token"));
    assert.equal(logged.length, 1, "one line");
  });

  it("logs one line when an outage begins and one when it ends", async () => {
    await start({ batchSize: 1 });
    endpoint.script({ status: 500, times: 2 });
    for (const [i, topic] of ["a", "b", "c"].entries()) {
      receive("w", { topic, payload: `m f=1 ${i}`, wal: { buffer: "w", record: i } });
      await outcomes(i + 1);
    }
    assert.deepEqual(outputs(), ["failed a", "failed b", "written c"]);
    const lines = (helper.log().args as [{ id?: string; msg: unknown }][])
      .filter(([entry]) => entry.id === "w")
      .map(([entry]) => entry.msg);
    assert.deepEqual(lines, ["influx-batch-write.log.outage", "influx-batch-write.log.recovered"]);
  });
});
