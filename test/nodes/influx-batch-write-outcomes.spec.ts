import assert from "node:assert/strict";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { healthRegistry } from "../../lib/health/registry";
import { announceBuffer } from "../../lib/node-red/buffers";
import { helper, receive } from "../support/helper";
import { WriteNode } from "../support/write-node";

describe("outcomes of influx-batch-write", () => {
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

  it("sends bad lines to output 3 with the server's reason and without msg.wal, and writes the others", async () => {
    await start();
    receive("w", { topic: "a", payload: ["m f=1 1", "m f=", "m f=3 3"], wal: { buffer: "w", record: 7 } });
    await outcomes(2);
    assert.deepEqual(outputs(), ["rejected a", "written a"]);
    const rejected = arrived[0]!.msg;
    assert.deepEqual(rejected.payload, ["m f="]);
    assert.deepEqual(rejected.influx, { status: "rejected", lines: 1, record: { buffer: "w", record: 7 } });
    assert.equal(rejected["wal"], undefined);
    assert.deepEqual(rejected.error, {
      message: "unable to parse 'm f=': missing field value",
      code: "invalid-line",
      statusCode: 400,
    });
    assert.deepEqual(arrived[1]!.msg["wal"], { buffer: "w", record: 7 });
    assert.equal(arrived[1]!.msg.influx["rejected"], 1);
    assert.deepEqual(arrived[1]!.msg.influx["rejections"], [
      {
        at: [1],
        message: "unable to parse 'm f=': missing field value",
        code: "invalid-line",
        statusCode: 400,
      },
    ]);
    assert.deepEqual(endpoint.lines(), ["m f=1 1", "m f=3 3"]);
  });

  it("does not send a line that would swallow the next one", async () => {
    await start();
    receive("w", { topic: "a", payload: ['m s="open 1', "m f=2 2", 'm t="b 3'], flush: true });
    await outcomes(2);
    assert.deepEqual(outputs(), ["rejected a", "written a"]);
    assert.deepEqual(arrived[0]!.msg.payload, ['m s="open 1', 'm t="b 3']);
    const [group] = arrived[1]!.msg.influx["rejections"] as { at: number[] }[];
    assert.deepEqual(group?.at, [0, 2]);
    assert.deepEqual(endpoint.lines(), ["m f=2 2"]);
  });

  it("gives nothing up that is refused as a whole: the message fails, and says so to Catch", async () => {
    await start();
    receive("w", { topic: "a", payload: ["m f=", "n f=", "o f="] });
    await outcomes(2);
    assert.deepEqual(outputs(), ["failed a", "caught a"]);
    const { msg } = arrived[0]!;
    assert.deepEqual(msg.influx, { status: "failed", lines: 3, refused: true });
    assert.equal(msg.error?.["code"], "refused");
    assert.match(String(msg.error?.["message"]), /refuses all 3 lines: unable to parse 'm f=': missing/);
    assert.deepEqual(msg.payload, ["m f=", "n f=", "o f="]);
    receive("w", { topic: "b", payload: ["m f=1 1"], flush: true });
    receive("w", { topic: "a again", payload: msg.payload });
    await outcomes(7);
    assert.deepEqual(outputs().slice(2), [
      "written b",
      ...["rejected a again", "rejected a again", "rejected a again"],
      "written a again",
    ]);
  });

  it("reports when the newest bucket that InfluxDB confirmed begins, not one that it refused or never got", async () => {
    await start();
    const hour = (n: number) => 1_793_354_400_000 + n * 3_600_000;
    const bucket = (n: number, fields: string) => `q,granularity=PT1H ${fields} ${hour(n)}000000`;
    const newest = () => healthRegistry.reports("tab").find(({ id }) => id === "w")?.figures.newestBucketTime;
    endpoint.script({ status: 503 });
    receive("w", { topic: "a", payload: [bucket(1, "f=1")], flush: true });
    await outcomes(2);
    assert.equal(newest(), undefined);
    receive("w", { topic: "b", payload: [bucket(1, "f=1"), bucket(9, "f=")], flush: true });
    await outcomes(4);
    assert.equal(newest(), hour(1));
    receive("w", { topic: "c", payload: [bucket(0, "f=1")], flush: true });
    await outcomes(5);
    assert.equal(newest(), hour(1));
  });

  it("holds no more messages than nodeMessageBufferMaxLength", async () => {
    helper.settings({ nodeMessageBufferMaxLength: 1 });
    await start();
    const hung = endpoint.script({ fault: "hang" });
    receive("w", { topic: "a", payload: "m f=1 1" });
    receive("w", { topic: "b", payload: "m f=2 2" });
    await outcomes(2);
    hung();
    assert.deepEqual(outputs(), ["failed b", "caught b"]);
    assert.equal(arrived[0]!.msg.error?.["code"], "buffer-full");
    // How many messages a buffer sends is its own business.
    for (let record = 0; record < 5; record++)
      receive("w", { topic: "c", payload: `m f=3 ${record}`, wal: { buffer: "x", record } });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(arrived.length, 2);
  });

  it("does not wait for company when no more messages may wait", async () => {
    helper.settings({ nodeMessageBufferMaxLength: 2 });
    await start({ batchSize: 500 });
    receive("w", { topic: "a", payload: "m f=1 1" });
    receive("w", { topic: "b", payload: "m f=2 2" });
    await outcomes(2);
    assert.deepEqual(outputs(), ["written a", "written b"]);
  });

  it("writes a buffer's lines in time for it, and says once that the settings do not fit", async () => {
    const forget = announceBuffer("buffer", { ackTimeoutMs: 100, onReturn: () => {} });
    await start({ flushInterval: 30 });
    receive("w", { topic: "a", payload: "m f=1 1", wal: { buffer: "buffer", record: 1 } });
    await outcomes(1);
    receive("w", { topic: "b", payload: "m f=2 2", wal: { buffer: "buffer", record: 2 } });
    await outcomes(2);
    forget();
    assert.deepEqual(outputs(), ["written a", "written b"]);
    const warned = (helper.log().args as [{ id?: string; msg: unknown }][]).filter(
      ([entry]) => entry.id === "w" && entry.msg === "influx-batch-write.log.waitTooLong",
    );
    assert.equal(warned.length, 1);
  });

  it("counts what it gave up, and says why in the log", async () => {
    const figures = () => {
      const { linesWritten = 0, linesRejected = 0 } =
        healthRegistry.reports().find(({ id }) => id === "w")?.figures ?? {};
      return [linesWritten, linesRejected] as const;
    };
    await start();
    const before = figures();
    receive("w", { topic: "a", payload: ["m f=1 1", "m f=", "m f=3 3"] });
    receive("w", { topic: "b", payload: ["m f=4 4", 'm s="open 1'], flush: true });
    await outcomes(4);
    const [written, rejected] = figures();
    assert.deepEqual([written - before[0], rejected - before[1]], [3, 2]);
    const warned = (helper.log().args as [{ id?: string; msg: unknown }][]).filter(
      ([entry]) => entry.id === "w" && entry.msg === "influx-batch-write.log.rejected",
    );
    assert.equal(warned.length, 1);
  });
});
