import assert from "node:assert/strict";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../../demo/simulators/influx/server";
import { Connection } from "../../../lib/influx/connection";
import type { ItemOutcome } from "../../../lib/influx/item";
import { LineWriter, type WriterOptions } from "../../../lib/influx/line-writer";
import { FakeClock, settle } from "../../support/fake-clock";

const HOUR_MS = 3_600_000;

describe("waits of the line writer", () => {
  let clock: FakeClock;
  let endpoint: InfluxEndpoint;
  const writers: LineWriter[] = [];
  let outcomes: ItemOutcome[];

  beforeEach(async () => {
    clock = new FakeClock();
    endpoint = await startInfluxEndpoint({ buckets: ["genesys"] });
    outcomes = [];
  });
  afterEach(async () => {
    const closing = Promise.all(writers.splice(0).map((writer) => writer.close()));
    await clock.advance(5_000);
    await closing;
    await endpoint.close();
  });

  const start = ({ org = "demo", ...options }: Partial<WriterOptions> & { org?: string } = {}) => {
    const settings = { url: endpoint.url, org, bucket: "genesys", token: "demo-token", timeoutMs: 10_000 };
    const writer = new LineWriter({
      connection: new Connection(settings, clock),
      ...{ batchSize: 10, flushIntervalMs: 30_000, precision: "ns", gzip: false, clock },
      ...options,
    });
    writers.push(writer);
    return writer;
  };
  let time = 0;
  const add = (writer: LineWriter, more = {}) =>
    writer.add({
      lines: [`m f=1 ${++time}`],
      bucket: "genesys",
      settle: (outcome) => outcomes.push(outcome),
      ...more,
    });
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };
  const failureOf = (outcome: ItemOutcome | undefined) => {
    assert.ok(outcome?.status === "failed");
    return outcome.error;
  };

  it("keeps its pace while lines come: one waits for the next batch, not for a whole interval", async () => {
    const writer = start();
    add(writer);
    await clock.advance(30_000);
    await until(() => outcomes.length === 1);
    await clock.advance(20_000);
    add(writer);
    await clock.advance(9_000);
    assert.equal(endpoint.requests.length, 1, "not sooner than the interval after the last batch");
    await clock.advance(1_000);
    await until(() => outcomes.length === 2);
    await clock.advance(31_000);
    add(writer);
    await clock.advance(29_000);
    assert.equal(endpoint.requests.length, 2, "after a rest a line waits for others");
    await clock.advance(1_000);
    await until(() => outcomes.length === 3);
  });

  for (const [what, step] of [
    ["back", -HOUR_MS],
    ["forward", HOUR_MS],
  ] as const) {
    it(`sends what is held after the interval, although the system clock is set ${what} an hour`, async () => {
      const writer = start();
      add(writer);
      await clock.advance(10_000);
      clock.step(step);
      await settle();
      assert.equal(endpoint.requests.length, 0);
      await clock.advance(20_000);
      await until(() => outcomes.length === 1);
      assert.equal(outcomes[0]?.status, "written");
    });

    it(`waits as long as the server asked, although the system clock is set ${what} an hour`, async () => {
      const writer = start();
      endpoint.script({ status: 429, headers: { "retry-after": "20" } });
      add(writer);
      writer.flush();
      await until(() => outcomes.length === 1);
      clock.step(step);
      await clock.advance(15_000);
      add(writer);
      writer.flush();
      await until(() => outcomes.length === 2);
      assert.equal(failureOf(outcomes[1]).retryAfterMs, 5_000);
      await clock.advance(5_000);
      add(writer);
      writer.flush();
      await until(() => outcomes.length === 3);
      assert.equal(outcomes[2]?.status, "written");
    });
  }

  for (const asked of ["0", "Sun, 22 Nov 2020 10:00:00 GMT", undefined]) {
    it(`asks a server for no more than a few times a minute that says ${asked ?? "nothing"} with its 429`, async () => {
      const writer = start();
      endpoint.script({
        ...{ status: 429, times: Infinity },
        headers: asked === undefined ? {} : { "retry-after": asked },
      });
      for (let i = 0; i < 600; i++) {
        add(writer);
        writer.flush();
        await until(() => outcomes.length === i + 1);
        await clock.advance(100);
      }
      assert.ok(endpoint.requests.length <= 30, `${endpoint.requests.length} requests`);
    });
  }

  it("never waits longer than 15 minutes for a try", async () => {
    const writer = start();
    endpoint.script({ status: 429, headers: { "retry-after": "86400" } });
    add(writer);
    writer.flush();
    await until(() => outcomes.length === 1);
    assert.equal(failureOf(outcomes[0]).retryAfterMs, 15 * 60_000);
  });

  it("keeps the pause of one organisation from the others at the same URL, and over a redeploy", async () => {
    endpoint.script({ status: 429, headers: { "retry-after": "60" } });
    const asked = start();
    add(asked);
    asked.flush();
    await until(() => outcomes.length === 1);
    const other = start({ org: "another" });
    add(other);
    other.flush();
    await until(() => outcomes.length === 2);
    assert.equal(failureOf(outcomes[1]).code, "not-found");
    const again = start();
    add(again);
    again.flush();
    await until(() => outcomes.length === 3);
    assert.equal(failureOf(outcomes[2]).code, "rate-limited");
    assert.equal(endpoint.requests.length, 2);
  });

  it("finds out within seconds that a server which was away is back", async () => {
    let returns = 0;
    const writer = start({ onReturn: () => returns++ });
    await endpoint.stop();
    add(writer);
    writer.flush();
    await until(() => outcomes.length === 1);
    for (let i = 0; i < 10; i++) {
      await clock.advance(5_000);
      await settle(20);
    }
    assert.equal(returns, 0);
    await endpoint.start();
    await until(() => {
      if (returns === 0) void clock.advance(5_000);
      return returns > 0;
    });
    await clock.advance(60_000);
    assert.equal(returns, 1);
  });

  it("says nothing of a return while a server answers that only refuses lines", async () => {
    let returns = 0;
    const writer = start({ onReturn: () => returns++ });
    endpoint.script({ status: 500, times: Infinity });
    for (let i = 0; i < 10; i++) {
      add(writer);
      writer.flush();
      await until(() => outcomes.length === i + 1);
      await clock.advance(30_000);
      await settle(20);
    }
    assert.equal(returns, 0);
  });

  it("sends an item that may not wait for the interval in its own time", async () => {
    const writer = start();
    add(writer);
    add(writer, { maxWaitMs: 5_000 });
    await clock.advance(5_000);
    await until(() => outcomes.length === 2);
  });

  it("answers for all it holds at once when it is closed, but for the request in flight", async () => {
    const writer = start();
    endpoint.script({ fault: "hang" });
    add(writer);
    writer.flush();
    await until(() => endpoint.requests.length === 1);
    for (let i = 0; i < 5; i++) add(writer);
    const closing = writer.close();
    assert.equal(outcomes.length, 5);
    assert.deepEqual(
      outcomes.map((outcome) => failureOf(outcome).code),
      Array.from({ length: 5 }, () => "closed"),
    );
    // What comes again sooner may meet neither this node nor the one that takes its place.
    for (const outcome of outcomes) assert.ok((failureOf(outcome).retryAfterMs ?? 0) >= 1_000);
    await clock.advance(1_000);
    await closing;
    assert.equal(outcomes.length, 6);
  });
});
