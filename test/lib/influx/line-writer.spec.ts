import assert from "node:assert/strict";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../../demo/simulators/influx/server";
import { Connection } from "../../../lib/influx/connection";
import type { ItemOutcome } from "../../../lib/influx/item";
import { type BatchReport, LineWriter, type WriterOptions } from "../../../lib/influx/line-writer";
import { FakeClock, settle } from "../../support/fake-clock";

describe("line writer", () => {
  let endpoint: InfluxEndpoint;
  let clock: FakeClock;
  let writer: LineWriter;
  let outcomes: [name: string, outcome: ItemOutcome][];
  let reports: BatchReport[];

  const start = async (options: Partial<WriterOptions> & { maxBodyBytes?: number } = {}) => {
    clock = new FakeClock();
    const { maxBodyBytes } = options;
    endpoint = await startInfluxEndpoint({
      buckets: ["genesys", "other"],
      ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    });
    outcomes = [];
    reports = [];
    const settings = {
      url: endpoint.url,
      org: "demo",
      bucket: "genesys",
      token: "demo-token",
      timeoutMs: 10_000,
    };
    writer = new LineWriter({
      connection: new Connection(settings, clock),
      batchSize: 10,
      flushIntervalMs: 30_000,
      precision: "ns",
      gzip: false,
      clock,
      onBatch: (report) => reports.push(report),
      ...options,
    });
  };
  afterEach(async () => {
    const closing = writer.close();
    await settle();
    await clock.advance(5_000);
    await closing;
    await endpoint.close();
  });

  let time = 0;
  const lines = (count: number) => Array.from({ length: count }, () => `m f=1 ${++time}`);
  const add = (name: string, given: readonly string[], bucket = "genesys") =>
    writer.add({ lines: given, bucket, settle: (outcome) => outcomes.push([name, outcome]) });
  const names = (status: ItemOutcome["status"]) =>
    outcomes.flatMap(([name, outcome]) => (outcome.status === status ? [name] : []));
  /** Lets real sockets do their work without moving the clock. */
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  it("waits for a full batch or the interval, whichever comes first", async () => {
    await start();
    add("a", lines(4));
    await clock.advance(29_999);
    assert.equal(endpoint.requests.length, 0);
    await clock.advance(1);
    await until(() => outcomes.length === 1);
    add("b", lines(9));
    add("c", lines(1));
    await until(() => outcomes.length === 3);
    assert.deepEqual(names("written"), ["a", "b", "c"]);
    assert.deepEqual(
      endpoint.requests.map(({ body }) => body.split("\n").length),
      [4, 10],
    );
  });

  it("cuts long items into requests of the batch size and settles them with their last line", async () => {
    await start();
    add("a", lines(25));
    await until(() => endpoint.lines().length === 20);
    assert.deepEqual(names("written"), []);
    add("b", lines(5));
    await until(() => outcomes.length === 2);
    assert.equal(endpoint.requests.length, 3);
    assert.equal(writer.heldLines, 0);
  });

  it("has one request in flight, and keeps the order", async () => {
    await start();
    endpoint.script({ delayMs: 0, times: Infinity });
    for (let i = 0; i < 50; i++) add(String(i), lines(10));
    while (outcomes.length < 50) {
      assert.ok(endpoint.requests.filter(({ status }) => status === undefined).length <= 1);
      assert.ok(endpoint.connections <= 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const times = endpoint.lines().map((line) => Number(line.split(" ").at(-1)));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
  });

  it("fails everything that waits behind a failed batch, in order", async () => {
    await start();
    endpoint.script({ status: 500 });
    for (const name of ["a", "b", "c"]) add(name, lines(10));
    add("d", lines(3), "other");
    await until(() => outcomes.length === 4);
    assert.deepEqual(names("failed"), ["a", "b", "c", "d"]);
    assert.equal(endpoint.requests.length, 1);
  });

  it("does not let a missing bucket fail the lines for another", async () => {
    await start();
    add("a", lines(10), "missing");
    add("b", lines(10));
    await until(() => outcomes.length === 2);
    assert.deepEqual([names("failed"), names("written")], [["a"], ["b"]]);
    const [, failed] = outcomes.find(([name]) => name === "a")!;
    assert.ok(failed.status === "failed");
    assert.equal(failed.error.retryAfterMs, 60_000);
    assert.match(failed.error.message, /bucket "missing" not found/);
  });

  it("of a batch that breaks off, reports as written only the items in front that are done", async () => {
    await start();
    add("first", lines(10));
    await until(() => outcomes.length === 1);
    const bad = (text: string) => text.includes("bad");
    // The whole is refused without a hint; then the halves: stored, and no answer any more.
    endpoint.script({ status: 400, body: { message: "line protocol parse failed" }, when: bad });
    endpoint.script({ status: 503, times: Infinity, when: bad });
    add("a", lines(5));
    add("b", [...lines(4), "m f=bad 1"]);
    await until(() => outcomes.length === 3);
    assert.deepEqual([names("written"), names("failed")], [["first", "a"], ["b"]]);
  });

  it("obeys Retry-After for all that it sends, without asking in between", async () => {
    await start();
    endpoint.script({ status: 429, headers: { "retry-after": "20" } });
    add("a", lines(10));
    await until(() => outcomes.length === 1);
    await clock.advance(5_000);
    add("b", lines(10));
    await until(() => outcomes.length === 2);
    assert.equal(endpoint.requests.length, 1);
    const [, second] = outcomes[1]!;
    assert.ok(second.status === "failed");
    assert.equal(second.error.retryAfterMs, 15_000);
    await clock.advance(15_000);
    add("c", lines(10));
    await until(() => outcomes.length === 3);
    assert.deepEqual(names("written"), ["c"]);
  });

  it("learns from a 413 how much the server takes", async () => {
    await start({ maxBodyBytes: 120, batchSize: 100 });
    add("a", lines(100));
    await until(() => outcomes.length === 1);
    assert.equal(endpoint.lines().length, 100);
    const before = endpoint.requests.length;
    add("b", lines(100));
    await until(() => outcomes.length === 2);
    assert.deepEqual(
      endpoint.requests.slice(before).filter(({ status }) => status === 413),
      [],
    );
  });

  it("through ten minutes of a server that hangs: one socket, nothing piles up, and it resumes by itself", async () => {
    await start();
    const release = endpoint.script({ fault: "hang", times: Infinity });
    let added = 0;
    for (let second = 0; second < 600; second += 2) {
      add(String(added++), lines(10));
      await clock.advance(2_000);
      assert.ok(endpoint.connections <= 1, `${endpoint.connections} connections`);
      assert.ok(writer.heldLines <= 70, `${writer.heldLines} lines held`);
      // The request has to arrive before the clock may move on, or the time limit would run before it.
      await settle(20);
    }
    assert.ok(
      endpoint.requests.length >= 40 && endpoint.requests.length <= 61,
      `${endpoint.requests.length} requests`,
    );
    release();
    await clock.advance(10_000);
    add("last", lines(10));
    await until(() => names("written").includes("last"));
    assert.equal(outcomes.length, added + 1);
    assert.ok(reports.some(({ failure }) => failure?.code === "ETIMEDOUT"));
  });

  it("sends times as a buffer stamps them in the writer's own precision", async () => {
    await start({ precision: "ms" });
    add("a", ["m f=1 1763802060123456789", "m f=2 1763802060999"]);
    writer.flush();
    await until(() => outcomes.length === 1);
    assert.deepEqual(
      endpoint.requests.map(({ body, precision }) => [body, precision]),
      [["m f=1 1763802060123\nm f=2 1763802060999", "ms"]],
    );
  });

  it("fails what it holds when it is closed, and waits for the answer in flight", async () => {
    await start();
    endpoint.script({ delayMs: 0 });
    add("a", lines(10));
    add("b", lines(2));
    const closing = writer.close();
    await closing;
    assert.deepEqual([names("written"), names("failed")], [["a"], ["b"]]);
    const [, failed] = outcomes.find(([name]) => name === "b")!;
    assert.ok(failed.status === "failed");
    assert.equal(failed.error.code, "closed");
    await until(() => endpoint.connections === 0);
    assert.equal(clock.pending, 0);
  });

  it("gives up a request that does not end soon after closing, and says that it may be stored", async () => {
    await start();
    endpoint.script({ fault: "hang" });
    add("a", lines(10));
    await until(() => endpoint.requests.length === 1);
    const closing = writer.close();
    await clock.advance(5_000);
    await closing;
    const [, failed] = outcomes[0]!;
    assert.ok(failed.status === "failed");
    assert.match(failed.error.message, /may be stored/);
  });
});
