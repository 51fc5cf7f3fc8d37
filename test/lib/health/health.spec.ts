import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FIGURE_NAMES } from "../../../lib/health/figures";
import { healthJson } from "../../../lib/health/json";
import { healthPrometheus } from "../../../lib/health/prometheus";
import { HealthRegistry } from "../../../lib/health/registry";
import { summarize } from "../../../lib/health/summary";
import { FakeClock } from "../../support/fake-clock";

describe("health", () => {
  let clock: FakeClock;
  let registry: HealthRegistry;
  const summary = (flow?: string) => summarize(registry.reports(flow), clock.now(), 120_000);
  const prometheus = () =>
    healthPrometheus(summary(), { version: "1.2.3", flowName: (id) => (id === "f1" ? "Queues" : undefined) });
  const poll = (id = "p1", flow = "f1") =>
    registry.register(
      { id, type: "genesys-queue-poll", flow },
      { counts: ["polls"], causes: ["timeout", "auth"] },
    );

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
    poll().error("timeout", 2);
    const redeployed = poll();
    redeployed.error("auth");
    assert.equal(summary().figures.errors, 3);
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
    // What other programs read: a name is never changed.
    assert.deepEqual(Object.keys(json), [
      ...["status", "last_poll_time", "last_write_latency_ms", "wal_pending", "errors"],
      ...["last_write_time", "lines_written", "lines_rejected", "lines_dropped", "lines_corrupt"],
      ...["lines_unchanged", "points_corrected", "rows_skipped", "series", "wal_bytes", "wal_oldest_age_s"],
      ...["rate_limited_until", "next_try_time", "newest_bucket_time", "polls", "polls_skipped", "nodes"],
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
      errors: 0,
      sync: "always",
    });
  });

  it("gives the same figures to Prometheus, with labels that a person knows, escaped", () => {
    const reporter = registry.register(
      { id: "w", type: "influx-batch-write", name: 'a "b"\nc\\', flow: "f1" },
      { counts: ["linesWritten"] },
    );
    reporter.add("linesWritten", 12);
    reporter.writeTook(8);
    const text = prometheus();
    const labels = 'node="w",type="influx-batch-write",label="a \\"b\\"\\nc\\\\",flow="Queues"';
    for (const line of [
      'genesys_influx_status{status="running"} 1',
      "# TYPE genesys_influx_lines_written_total counter",
      `genesys_influx_lines_written_total{${labels}} 12`,
      `genesys_influx_last_write_latency_seconds{${labels}} 0.008`,
      'genesys_influx_build_info{version="1.2.3"} 1',
    ])
      assert.ok(text.includes(`${line}\n`), `${line}\n\n${text}`);
  });

  it("has every metric of Prometheus under its name, those of dashboards and alerts among them", () => {
    const all = Object.fromEntries(FIGURE_NAMES.map((name) => [name, clock.now()]));
    const reporter = registry.register({ id: "n", type: "wal-buffer", flow: "f1" }, { causes: ["disk"] });
    reporter.set(all);
    reporter.writeTook(8);
    const names = [...prometheus().matchAll(/^# TYPE genesys_influx_(\w+) /gm)].map(([, name]) => name!);
    assert.deepEqual(names.sort(), [
      ...["build_info", "errors_total", "last_poll_timestamp_seconds", "last_write_latency_seconds"],
      ...[
        "last_write_timestamp_seconds",
        "lines_corrupt_total",
        "lines_dropped_total",
        "lines_rejected_total",
      ],
      ...["lines_unchanged_total", "lines_written_total", "newest_bucket_timestamp_seconds"],
      ...["next_try_timestamp_seconds", "node_state", "points_corrected_total", "polls_skipped_total"],
      ...["polls_total", "rate_limit_used_ratio", "rate_limited_until_timestamp_seconds"],
      ...["rows_skipped_total", "series", "status", "tick_seconds", "wal_bytes", "wal_oldest_age_seconds"],
      ...["wal_oldest_timestamp_seconds", "wal_pending_lines", "write_latency_seconds"],
    ]);
    const root = join(__dirname, "../../../ops");
    const asked = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(json|ya?ml|ts|md)$/.test(file))
      .flatMap((file) => [...readFileSync(join(root, file), "utf8").matchAll(/genesys_influx_(\w+)/g)])
      .map(([, name]) => name!.replace(/_bucket$/, ""));
    assert.ok(asked.length > 30);
    assert.deepEqual(
      asked.filter((name) => !names.includes(name)),
      [],
    );
  });

  it("has every counter from 0, so that the first event is an increase", () => {
    const reporter = poll();
    const before = prometheus();
    assert.match(before, /^genesys_influx_polls_total\{.*\} 0$/m);
    assert.match(before, /^genesys_influx_errors_total\{.*cause="timeout"\} 0$/m);
    reporter.error("timeout");
    reporter.error("words of a server");
    const after = prometheus();
    assert.match(after, /^genesys_influx_errors_total\{.*cause="timeout"\} 1$/m);
    assert.match(after, /^genesys_influx_errors_total\{.*cause="other"\} 1$/m);
    assert.equal(before.split("\n").length, after.split("\n").length, "no series is new");
  });

  it("counts writes by how long they took", () => {
    const reporter = registry.register({ id: "w", type: "influx-batch-write" }, { counts: ["linesWritten"] });
    for (const ms of [4, 40, 40_000]) reporter.writeTook(ms);
    const text = prometheus();
    assert.match(text, /^# TYPE genesys_influx_write_latency_seconds histogram$/m);
    const bucket = (le: string) =>
      new RegExp(`write_latency_seconds_bucket\\{.*le="${le.replace(/[.+]/g, "\\$&")}"\\} (\\d+)`).exec(
        text,
      )?.[1];
    assert.deepEqual(["0.005", "0.05", "30", "+Inf"].map(bucket), ["1", "2", "2", "3"]);
    assert.match(text, /write_latency_seconds_sum\{.*\} 40\.044$/m);
  });

  it("waits two and a half of a poll's own ticks where these are longer", async () => {
    const reporter = poll();
    reporter.set({ lastPollTime: clock.now(), tickMs: 600_000 });
    reporter.state("running", "");
    await clock.advance(1_400_000);
    assert.equal(summary().status, "running");
    await clock.advance(101_000);
    assert.equal(summary().status, "stale");
  });

  it("is failed when a node has been opening for over a minute, or says that it does not do its work", async () => {
    const buffer = registry.register({ id: "b", type: "wal-buffer" });
    buffer.state("opening", "opening");
    await clock.advance(59_000);
    assert.equal(summary().status, "running");
    await clock.advance(2_000);
    assert.equal(summary().status, "failed");
    buffer.state("running", "");
    buffer.problem("refusing", "the log is full: lines are refused", "failed");
    assert.equal(summary().status, "failed");
    assert.deepEqual(healthJson(summary()).nodes[0]!["problems"], ["the log is full: lines are refused"]);
    buffer.problem("refusing", undefined);
    buffer.problem("wiring", "two writers are wired behind this buffer");
    assert.equal(summary().status, "degraded");
    buffer.problem("wiring", undefined);
    assert.equal(summary().status, "running");
  });
});
