import assert from "node:assert/strict";
import { Connection } from "../../lib/influx/connection";
import type { ItemOutcome } from "../../lib/influx/item";
import { testConnection } from "../../lib/influx/test-connection";
import { type BatchReport, LineWriter } from "../../lib/influx/line-writer";
import { encodePoint, type FieldValue, type PointByName } from "../support/points";
import { eventually } from "../support/node-red";
import { postLines, startNodeRed, writeThroughRestart } from "./feed";
import { readBack, sorted, valuesOf } from "./read-back";
import { findServer, type RealServer } from "./server";

const SECOND = 1_000_000_000n;
const NOW = (BigInt(Date.now()) / 1_000n) * SECOND;

describe("a real InfluxDB", function () {
  this.timeout(600_000);
  let server: RealServer;
  const writers: LineWriter[] = [];

  before(async function () {
    // An image may have to be pulled first.
    this.timeout(600_000);
    const found = await findServer();
    console.log(
      found
        ? `    using ${found.name}`
        : "    no InfluxDB here: set INFLUX_URL, or INFLUXD to an influxd (.ci/influxd builds one), or start Docker",
    );
    if (!found) return this.skip();
    server = found;
  });
  afterEach(() => Promise.all(writers.splice(0).map((writer) => writer.close())));
  after(() => server?.dispose());

  const settings = (changes = {}) => {
    const { url, org, bucket, token } = server;
    return { url, org, bucket, token, timeoutMs: 20_000, ...changes };
  };
  /** Writes all lines as one message through the writer, and gives its outcome and the batches. */
  const write = async (
    lines: readonly string[],
    { bucket = server.bucket, batchSize = 5_000, ...changes } = {},
  ) => {
    const reports: BatchReport[] = [];
    const writer = new LineWriter({
      connection: new Connection(settings(changes)),
      batchSize,
      flushIntervalMs: 1_000,
      precision: "ns",
      gzip: true,
      onBatch: (report) => reports.push(report),
    });
    writers.push(writer);
    // What was accepted before tells a bad line from a bad setting.
    const send = (some: readonly string[]) =>
      new Promise<ItemOutcome>((settle) => {
        writer.add({ lines: some, bucket, settle });
        writer.flush();
      });
    if (Object.keys(changes).length === 0) await send([`warm_up f=1 ${NOW}`]);
    reports.length = 0;
    const outcome = await send(lines);
    return { outcome, reports, requests: reports.reduce((sum, report) => sum + report.requests, 0) };
  };
  const rejectedOf = (outcome: ItemOutcome) => {
    assert.equal(outcome.status, "written");
    return outcome.status === "written" ? outcome.rejected : [];
  };
  const numbered = (measurement: string, count: number, field = (i: number) => `f=${i}.5`) =>
    Array.from({ length: count }, (_, i) => `${measurement},t=a ${field(i)} ${NOW + BigInt(i)}`);

  it("stores every kind of line as it was meant", async () => {
    const fields: Record<string, FieldValue> = {
      int: { type: "int", value: -42 },
      float: { type: "float", value: 12.34 },
      whole: { type: "float", value: 2 },
      tiny: { type: "float", value: 5e-300 },
      yes: { type: "bool", value: true },
      text: { type: "string", value: 'a "quoted" \\ text, with = and 😀' },
      empty: { type: "string", value: "" },
      "odd, name = x": { type: "int", value: 1 },
    };
    const awkward = ["a b", "a,b", "a=b", "C:\\x", 'say "hi"', "é😀", "tab\there", "#hash", "trailing\\"];
    const points: PointByName[] = [
      { measurement: "kind", tags: { env: "production", queueId: "q-1" }, fields, timestampNs: NOW },
      { measurement: "kind of, it", tags: {}, fields, timestampNs: 1n },
      ...awkward.map((value, i) => ({
        measurement: "kind",
        tags: { awkward: value, [`key ${value}`]: "x" },
        fields: { value: { type: "string", value } } as const,
        timestampNs: NOW + BigInt(i),
      })),
    ];
    const lines = points.map(encodePoint);
    const { outcome, requests } = await write(lines);
    assert.deepEqual(rejectedOf(outcome), []);
    assert.equal(requests, 1);
    assert.deepEqual(sorted(await readBack(server, "kind")), sorted(valuesOf(lines)));
  });

  it("takes the same lines twice without a trace", async () => {
    const lines = numbered("twice", 100);
    await write(lines);
    await write(lines);
    assert.deepEqual(sorted(await readBack(server, "twice")), sorted(valuesOf(lines)));
  });

  it("isolates 1 malformed line of 500 in at most 20 requests", async () => {
    const lines = numbered("malformed", 500);
    lines[321] = `malformed,t=a f= ${NOW}`;
    const { outcome, requests } = await write(lines);
    const [rejected, ...more] = rejectedOf(outcome);
    assert.equal(more.length, 0);
    assert.equal(rejected?.line, lines[321]);
    assert.match(rejected?.message ?? "", /missing field value/);
    assert.ok(requests <= 20, `${requests} requests`);
    lines.splice(321, 1);
    assert.deepEqual(sorted(await readBack(server, "malformed")), sorted(valuesOf(lines)));
  });

  it("isolates 1 line of 500 with the wrong field type in at most 20 requests", async () => {
    await write(["conflict,t=a f=0.5 1"].map((line) => line.replace(/1$/, String(NOW - 1n))));
    const lines = numbered("conflict", 500);
    lines[77] = `conflict,t=a f=7i ${NOW + 77n}`;
    const { outcome, requests } = await write(lines);
    assert.deepEqual(
      rejectedOf(outcome).map(({ line }) => line),
      [lines[77]],
    );
    assert.match(rejectedOf(outcome)[0]!.message, /field type conflict/);
    assert.ok(requests <= 20, `${requests} requests`);
    assert.equal((await readBack(server, "conflict")).size, 500);
  });

  it("isolates 50 bad lines of 5,000, of both kinds, within the bound", async () => {
    await write([`many,t=a f=0.5 ${NOW - 1n}`]);
    const lines = numbered("many", 5_000);
    const bad = Array.from({ length: 50 }, (_, i) => (i * 7919) % 5_000);
    bad.forEach((at, i) => (lines[at] = i % 2 ? `many,t=a f=7i ${NOW + BigInt(at)}` : `many,t=a f=x ${NOW}`));
    const { outcome, requests } = await write(lines);
    assert.deepEqual(
      rejectedOf(outcome)
        .map(({ line }) => line)
        .sort(),
      bad.map((at) => lines[at]).sort(),
    );
    assert.ok(requests <= 764, `${requests} requests`);
    assert.equal((await readBack(server, "many")).size, 4_951);
  });

  it("rejects what is older than the bucket keeps", async function () {
    const { shortBucket } = server;
    if (shortBucket === undefined) return this.skip();
    const lines = numbered("short", 20);
    lines[3] = `short,t=a f=1.5 ${NOW - 7_200n * SECOND}`;
    const { outcome } = await write(lines, { bucket: shortBucket });
    assert.deepEqual(
      rejectedOf(outcome).map(({ line }) => line),
      [lines[3]],
    );
    assert.equal((await readBack(server, "short", shortBucket)).size, 19);
  });

  it("tells a wrong token, organisation and bucket, and keeps the lines", async () => {
    const cases = [
      { change: { token: "wrong:wrong" }, code: "unauthorized", check: "token" },
      { change: { bucket: "nowhere" }, code: "not-found", check: "bucket" },
      // InfluxDB 1 has no organisations.
      ...(server.generation === 2 ? [{ change: { org: "nobody" }, code: "not-found", check: "org" }] : []),
    ];
    for (const { change, code, check } of cases) {
      const { outcome } = await write(numbered("config", 3), change);
      assert.ok(outcome.status === "failed");
      assert.equal(outcome.error.code, code);
      assert.equal(outcome.error.retryAfterMs, 60_000);
      const { ok, checks } = await testConnection(settings(change));
      assert.equal(ok, false);
      assert.equal(checks.at(-1)?.name, check);
    }
    assert.equal((await testConnection(settings())).ok, true);
    assert.equal((await readBack(server, "config")).size, 0);
  });

  it("loses nothing when it is stopped and started under load", async function () {
    if (!server.stop || !server.start) return this.skip();
    const lines = numbered("load", 2_000);
    const { stop, start } = server;
    await writeThroughRestart(settings(), lines, { stop, start });
    assert.deepEqual(sorted(await readBack(server, "load")), sorted(valuesOf(lines)));
  });

  it("takes what the nodes write in a real Node-RED, point by point", async () => {
    const nodeRed = await startNodeRed(settings());
    try {
      const lines = numbered("nodes", 1_000, (i) => `f=${i}i,s="line ${i}\nof many"`);
      for (let i = 0; i < lines.length; i += 40) {
        const body = [...lines.slice(i, i + 40), ...(i === 400 ? ["nodes,t=a f= 1"] : [])].join("\n");
        await postLines(nodeRed, body);
      }
      await eventually(
        "all points are there",
        async () => (await readBack(server, "nodes")).size >= 2 * lines.length,
      );
      assert.deepEqual(sorted(await readBack(server, "nodes")), sorted(valuesOf(lines)));
      await nodeRed.logged(/nodes,t=a f= 1/);
    } finally {
      await nodeRed.dispose();
    }
  });
});
