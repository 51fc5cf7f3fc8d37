import assert from "node:assert/strict";
import { healthJson } from "../../../lib/health/json";
import { healthPrometheus } from "../../../lib/health/prometheus";
import { HealthRegistry } from "../../../lib/health/registry";
import { summarize } from "../../../lib/health/summary";
import { FakeClock } from "../../support/fake-clock";

describe("health", () => {
  let clock: FakeClock;
  let registry: HealthRegistry;
  const summary = (flow?: string) => summarize(registry.reports(flow), clock.now(), 120_000);
  const poll = (id = "p1", flow = "f1") => registry.register({ id, type: "genesys-queue-poll", flow });

  beforeEach(() => {
    clock = new FakeClock();
    registry = new HealthRegistry(clock);
  });

  it("goes from starting to running to stale with the polls", async () => {
    const reporter = poll();
    assert.equal(summary().status, "starting");
    reporter.set({ lastPollTime: clock.now() });
    reporter.state("running", "12 queues");
    assert.equal(summary().status, "running");
    await clock.advance(120_001);
    assert.equal(summary().status, "stale");
  });

  it("is stale when no poll ever succeeded", async () => {
    poll();
    await clock.advance(121_000);
    assert.equal(summary().status, "stale");
  });

  it("is degraded when one of two polls is late, or a node says so", async () => {
    const first = poll("p1");
    const second = poll("p2");
    await clock.advance(121_000);
    first.set({ lastPollTime: clock.now() });
    assert.equal(summary().status, "degraded");
    second.set({ lastPollTime: clock.now() });
    assert.equal(summary().status, "running");
    second.state("waiting", "429 until 10:02");
    assert.equal(summary().status, "degraded");
  });

  it("fails when a node fails", () => {
    poll().state("failed", "no genesys");
    assert.equal(summary().status, "failed");
  });

  it("is running without any poll: a flow may only write", () => {
    registry.register({ id: "w", type: "influx-batch-write", flow: "f1" }).state("running", "");
    assert.equal(summary().status, "running");
  });

  it("sees one flow and the config nodes, or everything", () => {
    poll("p1", "f1");
    poll("p2", "f2");
    registry.register({ id: "c", type: "genesys-config" });
    const ids = (flow?: string) => summary(flow).nodes.map(({ id }) => id);
    assert.deepEqual(ids("f1"), ["p1", "c"]);
    assert.deepEqual(ids(), ["p1", "p2", "c"]);
  });

  it("keeps counting over a redeploy, and forgets a removed node", () => {
    poll().add("errors", 2);
    const redeployed = poll();
    redeployed.add("errors");
    assert.equal(summary().totals.errors, 3);
    redeployed.remove();
    assert.equal(summary().nodes.length, 0);
  });

  it("answers the tutorial's keys first, then the rest", async () => {
    const reporter = poll();
    reporter.set({ lastPollTime: clock.now(), rateLimitedUntil: clock.now() + 60_000 });
    const wal = registry.register({ id: "b", type: "wal-buffer", name: "log", flow: "f1" });
    wal.set({ walPending: 7, walBytes: 900, walOldestAt: clock.now() });
    wal.details({ sync: "always" });
    await clock.advance(3_000);
    const json = healthJson(summary());
    assert.deepEqual(Object.keys(json).slice(0, 5), [
      "status",
      "last_poll_time",
      "last_write_latency_ms",
      "wal_pending",
      "errors",
    ]);
    assert.equal(json.last_poll_time, "2026-11-22T10:00:00.000Z");
    assert.equal(json.rate_limited_until, "2026-11-22T10:01:00.000Z");
    assert.deepEqual([json.wal_pending, json.wal_bytes, json.wal_oldest_age_s], [7, 900, 3]);
    assert.deepEqual(json.nodes[1], {
      id: "b",
      type: "wal-buffer",
      name: "log",
      state: "starting",
      message: "",
      wal_pending: 7,
      wal_bytes: 900,
      wal_oldest_at: "2026-11-22T10:00:00.000Z",
      sync: "always",
    });
  });

  it("gives the same figures to Prometheus, with labels escaped", () => {
    const reporter = registry.register({ id: "w", type: "influx-batch-write", name: 'a "b"\nc\\' });
    reporter.set({ linesWritten: 12, lastWriteLatencyMs: 8 });
    const text = healthPrometheus(summary());
    assert.match(text, /^genesys_influx_status\{status="running"\} 1$/m);
    assert.match(text, /^# TYPE genesys_influx_lines_written_total counter$/m);
    assert.ok(
      text.includes(
        'genesys_influx_lines_written_total{node="w",type="influx-batch-write",name="a \\"b\\"\\nc\\\\"} 12\n',
      ),
    );
    assert.match(text, /last_write_latency_seconds\{.*\} 0\.008$/m);
  });
});
